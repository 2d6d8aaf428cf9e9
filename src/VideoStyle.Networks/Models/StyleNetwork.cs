using VideoStyle.Torch.Operators;
using VideoStyle.Torch.Runtime;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Networks.Models;

/// <summary>An architecture with weights, ready to paint or to be trained.</summary>
/// <remarks>Painting may run on several threads at once; it only reads the weights.</remarks>
public sealed class StyleNetwork : IDisposable
{
    private readonly Dictionary<string, Tensor> _parameters = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Tensor> _phaseWeights = new(StringComparer.Ordinal);
    private readonly bool _borrowed;
    private readonly ScalarType? _convolvedIn;
    private (Tensor Weight, Tensor Bias)? _blockHead;

    /// <summary>Takes copies of weights.</summary>
    /// <param name="architecture">What the weights are for.</param>
    /// <param name="parameters">One tensor for each of the architecture's; kept by the caller.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="scalarType">What to convolve in; normalisation keeps its weights in float (or double).</param>
    public StyleNetwork(
        NetworkArchitecture architecture,
        IReadOnlyDictionary<string, Tensor> parameters,
        Device device,
        ScalarType scalarType
    )
    {
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentNullException.ThrowIfNull(parameters);
        (Architecture, Device, ScalarType) = (architecture, device, scalarType);
        foreach (var (name, shape) in architecture.Parameters)
        {
            using var scope = NewDisposeScope();
            var type = architecture.IsConvolution(name) || scalarType == ScalarType.Float64 ? scalarType : ScalarType.Float32;
            var tensor = parameters[name].to(type, device).clone();
            _parameters[name] = (shape.Length == 4 ? tensor.ToChannelsLast() : tensor).DetachFromDisposeScope();
        }
    }

    private StyleNetwork(NetworkArchitecture architecture, Device device, ScalarType scalarType, ScalarType? convolvedIn) =>
        (Architecture, Device, ScalarType, _borrowed, _convolvedIn) = (architecture, device, scalarType, true, convolvedIn);

    /// <summary>Makes a network of tensors that somebody else owns, so that gradients reach what these were computed from.</summary>
    /// <param name="architecture">What the weights are for.</param>
    /// <param name="weights">One tensor for each of the architecture's, as a network holds them; they must outlive it.</param>
    /// <param name="device">Where they are.</param>
    /// <param name="scalarType">What the convolutions' are.</param>
    /// <param name="convolvedIn">
    /// What to convolve in, forwards and backwards, if not in that; weights, normalisation, sums and the head stay as they
    /// are (mixed precision; Micikevicius et al., 2018, without their loss scaling, which bfloat16 does not need).
    /// </param>
    internal static StyleNetwork Over(
        NetworkArchitecture architecture,
        IReadOnlyDictionary<string, Tensor> weights,
        Device device,
        ScalarType scalarType = ScalarType.Float32,
        ScalarType? convolvedIn = null
    )
    {
        var network = new StyleNetwork(architecture, device, scalarType, convolvedIn);
        foreach (var name in architecture.Parameters.Keys)
            network._parameters[name] = weights[name];
        return network;
    }

    /// <summary>Gets a value indicating whether enlargements are folded into their convolutions.</summary>
    private bool ByPhases => _phaseWeights.Count > 0;

    /// <summary>Gets the side of the square of pixels that one pixel of <see cref="Run"/>'s result holds.</summary>
    internal int OutputBlock => _blockHead is null ? Architecture.Block : 2;

    /// <summary>Gets the form of the network.</summary>
    public NetworkArchitecture Architecture { get; }

    /// <summary>Gets where it computes.</summary>
    public Device Device { get; }

    /// <summary>Gets what it convolves in.</summary>
    public ScalarType ScalarType { get; }

    /// <summary>Gets the weights by name; owned by the network.</summary>
    public IReadOnlyDictionary<string, Tensor> Parameters => _parameters;

    /// <summary>Paints pictures with operations that gradients pass through.</summary>
    /// <param name="rgb"><c>[N, 3, H, W]</c>, 0–1; H and W multiples of the stride.</param>
    /// <returns><c>[N, 3, H, W]</c>, 0–1 for a network with a sigmoid, about that for others.</returns>
    public Tensor Paint(Tensor rgb)
    {
        ArgumentNullException.ThrowIfNull(rgb);
        using var scope = NewDisposeScope();
        var x = rgb.to(ScalarType == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32, Device);
        if (Architecture.White != 1)
            x *= Architecture.White;
        if (Architecture.Block > 1)
            x = F.pixel_unshuffle(x, Architecture.Block);
        // libtorch mirrors no borders in half precision.
        x = Sampling.ReflectionPad(x, Architecture.InputPad).to(ScalarType).ToChannelsLast();
        var y = Run(x);
        if (ScalarType is ScalarType.BFloat16 or ScalarType.Float16)
            y = y.to(ScalarType.Float32);
        if (Architecture.Block > 1)
            y = F.pixel_shuffle(y, Architecture.Block);
        if (Architecture.Sigmoid)
            y = sigmoid(y);
        else if (Architecture.White != 1)
            y /= Architecture.White;
        return scope.MoveToOuter(y);
    }

    /// <summary>Takes the weights as final and brings them into the form that is computed fastest; gradients can pass no more.</summary>
    /// <remarks>For the processor, whose own kernel puts the phases together.</remarks>
    internal StyleNetwork Freeze()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var conv in Device.IsCuda() ? [] : Architecture.Enlarged)
        {
            // From the weights as they are stored: summed first and rounded then.
            var phases = SubPixelConvolution.Weight(_parameters[$"{conv}.weight"]).to(ScalarType);
            _phaseWeights[conv] = phases.ToChannelsLast().DetachFromDisposeScope();
        }

        if (!Device.IsCuda() && Architecture.Block == 1)
            _blockHead = BlockHead(_parameters[$"{Architecture.Head}.weight"], _parameters[$"{Architecture.Head}.bias"]);
        return this;
    }

    /// <summary>Makes the head give four pixels at a time: three channels leave most of a vector empty, twelve do not.</summary>
    /// <returns>The kernel <c>[12, in, k + 1, k + 1]</c> for a stride of 2, and its bias; channel = c·4 + dy·2 + dx.</returns>
    private static (Tensor Weight, Tensor Bias) BlockHead(Tensor weight, Tensor bias)
    {
        var (output, input, size) = (weight.size(0), weight.size(1), weight.size(2) + 1);
        var shifted = new Tensor[4];
        for (var i = 0; i < 4; i++)
        {
            var (dy, dx) = (i / 2, i % 2);
            shifted[i] = F.pad(weight, [dx, 1 - dx, dy, 1 - dy]).unsqueeze(1);
        }

        var kernel = cat(shifted, 1).reshape(4 * output, input, size, size).ToChannelsLast();
        var biases = cat([.. Enumerable.Repeat(bias.unsqueeze(1), 4)], 1).reshape(4 * output);
        return (kernel.DetachFromDisposeScope(), biases.DetachFromDisposeScope());
    }

    /// <summary>Computes the head's output of a prepared input, which is disposed.</summary>
    /// <param name="prepared">What the first convolution reads.</param>
    /// <param name="statistics">Used or filled by the normalisations of a single picture, on the processor; or null.</param>
    internal Tensor Run(Tensor prepared, NormStatistics? statistics = null) => Architecture.Run(new Layers(this, statistics), prepared);

    /// <summary>Gets the last convolution: its kernels, its bias and its stride.</summary>
    internal (Tensor Weight, Tensor Bias, int Stride) HeadWeights =>
        _blockHead is var (weight, bias)
            ? (weight, bias, 2)
            : (_parameters[$"{Architecture.Head}.weight"], _parameters[$"{Architecture.Head}.bias"], 1);

    /// <summary>Gets the kernels of a convolution of an enlarged picture, the enlargement folded into them.</summary>
    internal Tensor PhaseWeight(string conv) => _phaseWeights[conv];

    /// <summary>The border that a layer gives its result for the next one, and whether it repeats the outermost pixel.</summary>
    internal (int Pad, bool Edge) BorderFor(NextLayer next) =>
        next switch
        {
            NextLayer.WideConvolution => (4, false),
            // Reflected after the enlargement, a border repeats the outermost pixel.
            NextLayer.Enlargement => (1, ByPhases),
            _ => (1, false),
        };

    private Tensor Convolve(Tensor x, Tensor weight, int stride)
    {
        if (_convolvedIn is not { } type || type == x.dtype)
            return F.conv2d(x, weight, strides: [stride, stride]);
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(F.conv2d(x.to(type), weight.to(type), strides: [stride, stride]).to(x.dtype));
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var tensor in _phaseWeights.Values.Concat(_borrowed ? [] : _parameters.Values))
            tensor.Dispose();
        _blockHead?.Weight.Dispose();
        _blockHead?.Bias.Dispose();
    }

    /// <summary>Computes layers of whole tensors.</summary>
    private sealed class Layers(StyleNetwork network, NormStatistics? statistics) : ILayers<Tensor>
    {
        public Tensor ConvNorm(Tensor x, string conv, string norm, NextLayer next = NextLayer.Convolution, int stride = 1) =>
            ConvNorm(x, conv, norm, next, stride, residual: null);

        public Tensor EnlargedConvNorm(Tensor x, string conv, string norm, NextLayer next)
        {
            if (!network.ByPhases)
                return ConvNorm(x, conv, norm, next);
            using var y = F.conv2d(x, network._phaseWeights[conv]);
            x.Dispose();
            var (pad, edge) = network.BorderFor(next);
            var (weight, bias) = WeightsOf(norm);
            return NormKernels.SubPixelNorm(y, weight, bias, relu: true, pad, edge, statistics?.Of(norm, weight.size(0)), statistics is { Given: true });
        }

        public Tensor Residual(Tensor x, (string Conv, string Norm) first, (string Conv, string Norm) second, NextLayer next)
        {
            var shape = x.shape;
            var inner = ConvNorm(x, first.Conv, first.Norm, NextLayer.Convolution, stride: 1, residual: null, keepInput: true);
            using var rows = x.narrow(2, 1, shape[2] - 2);
            using var inside = rows.narrow(3, 1, shape[3] - 2);
            var sum = ConvNorm(inner, second.Conv, second.Norm, next, stride: 1, inside, relu: false);
            x.Dispose();
            return sum;
        }

        public Tensor Conv(Tensor x, string conv)
        {
            var (weight, bias, stride) = network.HeadWeights;
            var y = F.conv2d(x, weight, bias, [stride, stride]);
            x.Dispose();
            return y;
        }

        // Without the convolution's bias: the normalisation subtracts the mean of each channel, and the bias with it.
        private Tensor ConvNorm(
            Tensor x, string conv, string norm, NextLayer next, int stride, Tensor? residual, bool relu = true, bool keepInput = false)
        {
            using var y = network.Convolve(x, network._parameters[$"{conv}.weight"], stride);
            if (!keepInput)
                x.Dispose();
            var (pad, edge) = network.BorderFor(next);
            var scale = next == NextLayer.Enlargement && !network.ByPhases ? 2 : 1;
            var (weight, bias) = WeightsOf(norm);
            return NormKernels.InstanceNorm(
                y, weight, bias, residual, relu, scale, pad, edge, statistics?.Of(norm, weight.size(0)), statistics is { Given: true });
        }

        private (Tensor Weight, Tensor Bias) WeightsOf(string norm) =>
            (network._parameters[$"{norm}.weight"], network._parameters[$"{norm}.bias"]);
    }
}
