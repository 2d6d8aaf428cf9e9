using VideoStyle.Core.Errors;
using VideoStyle.Torch.Files;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Networks.Arbitrary;

/// <summary>A sequence of 3×3 convolutions with reflection padding, as the encoders and decoders around VGG-19 are built.</summary>
internal sealed class ConvolutionChain : IDisposable
{
    private readonly List<(ChainLayer Step, Tensor Weight, Tensor Bias)> _layers = [];

    private readonly bool _borrowed;

    private ConvolutionChain(bool borrowed = false) => _borrowed = borrowed;

    /// <summary>Makes a chain of tensors that it does not own, so that gradients reach them.</summary>
    /// <param name="steps">The layers.</param>
    /// <param name="weights">Their tensors: <c>name.weight</c> and <c>name.bias</c>.</param>
    internal static ConvolutionChain FromTensors(IEnumerable<ChainLayer> steps, IReadOnlyDictionary<string, Tensor> weights)
    {
        var chain = new ConvolutionChain(borrowed: true);
        chain._layers.AddRange(steps.Select(s => (s, weights[$"{s.Name}.weight"], weights[$"{s.Name}.bias"])));
        return chain;
    }

    /// <summary>Reads a chain.</summary>
    /// <param name="file">The weights: <c>name.weight</c>, <c>[out, in, 3, 3]</c>, and <c>name.bias</c>.</param>
    /// <param name="steps">The layers, in order.</param>
    /// <param name="inputChannels">The channels of the chain's input.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="dtype">The dtype of the convolutions; a first layer of three channels computes in float, which costs little and keeps the image exact.</param>
    /// <param name="transform">The input transform that the first layer was trained with, to be folded into it; or null.</param>
    /// <exception cref="VideoStyleException">A layer is missing or does not fit the one before (Model).</exception>
    internal static ConvolutionChain Load(
        TensorFile file,
        IReadOnlyList<ChainLayer> steps,
        long inputChannels,
        Device device,
        ScalarType dtype,
        InputTransform? transform = null
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
                if (transform is not null && chain._layers.Count == 0)
                    (weight, bias) = transform.FoldInto(weight, bias);
                var type = channels <= 3 && dtype != ScalarType.Float64 ? ScalarType.Float32 : dtype;
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
    /// <param name="x"><c>[N, C, H, W]</c>; owned by the caller.</param>
    /// <param name="tap">Called with index and result of each layer, after its ReLU; the result may be disposed afterwards. Or null.</param>
    /// <param name="layers">How many of its layers, from the first; null for all.</param>
    internal Tensor Run(Tensor x, Action<int, Tensor>? tap = null, int? layers = null)
    {
        var current = x;
        for (var i = 0; i < (layers ?? _layers.Count); i++)
        {
            var (step, weight, bias) = _layers[i];
            if (step.Before == ChainResampling.MaxPool)
                current = Replace(current, F.max_pool2d(current, 2));
            var scale = step.Before == ChainResampling.Upsample ? 2 : 1;
            current = Replace(current, Sampling.UpsampleAndPad(current, scale, pad: 1, weight.dtype));
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
