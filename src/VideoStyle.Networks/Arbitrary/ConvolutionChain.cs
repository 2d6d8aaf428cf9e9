using VideoStyle.Core.Errors;
using VideoStyle.Torch.Files;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Networks.Arbitrary;

/// <summary>Convolutions in a row with reflected borders, as the encoders and decoders around VGG-19 are built.</summary>
internal sealed class ConvolutionChain : IDisposable
{
    private readonly List<(ChainStep Step, Tensor Weight, Tensor Bias)> _layers = [];

    private readonly bool _borrowed;

    private ConvolutionChain(bool borrowed = false) => _borrowed = borrowed;

    /// <summary>Makes a chain of tensors that somebody else owns, so that gradients reach them.</summary>
    /// <param name="steps">The layers.</param>
    /// <param name="weights">Their tensors: <c>name.weight</c> and <c>name.bias</c>.</param>
    internal static ConvolutionChain Over(IEnumerable<ChainStep> steps, IReadOnlyDictionary<string, Tensor> weights)
    {
        var chain = new ConvolutionChain(borrowed: true);
        chain._layers.AddRange(steps.Select(s => (s, weights[$"{s.Name}.weight"], weights[$"{s.Name}.bias"])));
        return chain;
    }

    /// <summary>Reads a chain.</summary>
    /// <param name="file">Where the weights are: <c>name.weight</c>, <c>[out, in, 3, 3]</c>, and <c>name.bias</c>.</param>
    /// <param name="steps">The layers; each follows on the one before.</param>
    /// <param name="inputChannels">The channels of what the chain reads.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="scalarType">What to convolve in; a first layer of three channels is done in float, which costs little and keeps the picture exact.</param>
    /// <param name="form">What the first layer was trained on, where that is not the picture that the chain is given; or null.</param>
    /// <exception cref="VideoStyleException">A layer is missing or does not fit the one before (Model).</exception>
    internal static ConvolutionChain Load(
        TensorFile file,
        IReadOnlyList<ChainStep> steps,
        long inputChannels,
        Device device,
        ScalarType scalarType,
        InputForm? form = null
    )
    {
        var chain = new ConvolutionChain();
        try
        {
            var channels = inputChannels;
            foreach (var step in steps)
            {
                using var scope = NewDisposeScope();
                var (weight, bias) = step.Read(file, channels);
                if (form is not null && chain._layers.Count == 0)
                    (weight, bias) = form.FoldInto(weight, bias);
                var type = channels <= 3 && scalarType != ScalarType.Float64 ? ScalarType.Float32 : scalarType;
                channels = weight.size(0);
                chain._layers.Add(
                    (
                        step,
                        weight.to(type, device).ToChannelsLast().DetachFromDisposeScope(),
                        bias.to(type, device).clone().DetachFromDisposeScope()
                    )
                );
            }

            return chain;
        }
        catch
        {
            chain.Dispose();
            throw;
        }
    }

    /// <summary>Gets weight and bias of each layer, owned by the chain.</summary>
    internal IEnumerable<(Tensor Weight, Tensor Bias)> Weights => _layers.Select(l => (l.Weight, l.Bias));

    /// <summary>Gets the channels of the result.</summary>
    internal long OutputChannels => _layers[^1].Weight.size(0);

    /// <summary>Computes the chain.</summary>
    /// <param name="x"><c>[N, C, H, W]</c>; kept by the caller.</param>
    /// <param name="tap">Is given, by number, the result of each layer behind its ReLU, as long as it lives; or null.</param>
    internal Tensor Run(Tensor x, Action<int, Tensor>? tap = null)
    {
        var current = x;
        for (var i = 0; i < _layers.Count; i++)
        {
            var (step, weight, bias) = _layers[i];
            if (step.Before == ChainSampling.Pool)
                current = Replace(current, F.max_pool2d(current, 2));
            var scale = step.Before == ChainSampling.Enlarge ? 2 : 1;
            current = Replace(current, Sampling.EnlargeAndPad(current, scale, pad: 1, weight.dtype));
            current = Replace(current, F.conv2d(current, weight, bias));
            if (step.Relu)
                current.relu_();
            tap?.Invoke(i, current);
        }

        return current;

        Tensor Replace(Tensor old, Tensor next)
        {
            if (!ReferenceEquals(old, x))
                old.Dispose();
            return next;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (_borrowed)
            return;
        foreach (var (_, weight, bias) in _layers)
        {
            weight.Dispose();
            bias.Dispose();
        }
    }
}
