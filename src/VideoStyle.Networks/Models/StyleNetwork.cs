using VideoStyle.Native.Torch;

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
        TorchDevice device,
        ScalarType scalarType
    )
    {
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentNullException.ThrowIfNull(parameters);
        (Architecture, Device, ScalarType) = (architecture, device, scalarType);
        foreach (var (name, shape) in architecture.Parameters)
        {
            using var scope = new TensorScope();
            var type = architecture.IsConvolution(name) || scalarType == ScalarType.Float64 ? scalarType : ScalarType.Float32;
            var tensor = parameters[name].To(device, type).Clone();
            _parameters[name] = TensorScope.Release(shape.Length == 4 ? tensor.Contiguous(MemoryFormat.ChannelsLast) : tensor);
        }
    }

    private StyleNetwork(NetworkArchitecture architecture, TorchDevice device, ScalarType scalarType, ScalarType? convolvedIn) =>
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
        TorchDevice device,
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
    public TorchDevice Device { get; }

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
        using var scope = new TensorScope();
        var x = rgb.To(Device, ScalarType == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32);
        if (Architecture.White != 1)
            x *= Architecture.White;
        if (Architecture.Block > 1)
            x = Functional.PixelUnshuffle(x, Architecture.Block);
        // libtorch mirrors no borders in half precision.
        x = Functional.ReflectionPad2d(x, Architecture.InputPad).To(ScalarType).Contiguous(MemoryFormat.ChannelsLast);
        var y = Run(x);
        if (ScalarType is ScalarType.BFloat16 or ScalarType.Float16)
            y = y.To(ScalarType.Float32);
        if (Architecture.Block > 1)
            y = Functional.PixelShuffle(y, Architecture.Block);
        if (Architecture.Sigmoid)
            y = Functional.Sigmoid(y);
        else if (Architecture.White != 1)
            y /= Architecture.White;
        return scope.Keep(y);
    }

    /// <summary>Takes the weights as final and brings them into the form that is computed fastest; gradients can pass no more.</summary>
    /// <remarks>For the processor, whose own kernel puts the phases together.</remarks>
    internal StyleNetwork Freeze()
    {
        using var scope = new TensorScope();
        using var noGrad = LibTorch.NoGrad();
        foreach (var conv in Device.IsCuda ? [] : Architecture.Enlarged)
        {
            // From the weights as they are stored: summed first and rounded then.
            var phases = Functional.PhaseWeight(_parameters[$"{conv}.weight"]).To(ScalarType);
            _phaseWeights[conv] = TensorScope.Release(phases.Contiguous(MemoryFormat.ChannelsLast));
        }

        if (!Device.IsCuda && Architecture.Block == 1)
            _blockHead = BlockHead(_parameters[$"{Architecture.Head}.weight"], _parameters[$"{Architecture.Head}.bias"]);
        return this;
    }

    /// <summary>Makes the head give four pixels at a time: three channels leave most of a vector empty, twelve do not.</summary>
    /// <returns>The kernel <c>[12, in, k + 1, k + 1]</c> for a stride of 2, and its bias; channel = c·4 + dy·2 + dx.</returns>
    private static (Tensor Weight, Tensor Bias) BlockHead(Tensor weight, Tensor bias)
    {
        var (output, input, size) = (weight.Size(0), weight.Size(1), weight.Size(2) + 1);
        var shifted = new Tensor[4];
        for (var i = 0; i < 4; i++)
        {
            var (dy, dx) = (i / 2, i % 2);
            shifted[i] = Functional.ZeroPad2d(weight, left: dx, right: 1 - dx, top: dy, bottom: 1 - dy).Unsqueeze(1);
        }

        var kernel = Tensor.Cat(shifted, 1).Reshape(4 * output, input, size, size).Contiguous(MemoryFormat.ChannelsLast);
        var biases = Tensor.Cat([.. Enumerable.Repeat(bias.Unsqueeze(1), 4)], 1).Reshape(4 * output);
        return (TensorScope.Release(kernel), TensorScope.Release(biases));
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
        if (_convolvedIn is not { } type || type == x.ScalarType)
            return Functional.ConvolveInside(x, weight, bias: null, stride);
        using var y = Functional.ConvolveInside(x.To(type), weight.To(type), bias: null, stride);
        return y.To(x.ScalarType);
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
            using var y = Functional.ConvolveInside(x, network._phaseWeights[conv], bias: null);
            x.Dispose();
            var (pad, edge) = network.BorderFor(next);
            var (weight, bias) = WeightsOf(norm);
            return statistics is null
                ? Functional.PhaseNorm(y, weight, bias, relu: true, pad, edge)
                : statistics.Use(norm, weight.Size(0), s => Functional.PhaseNorm(y, weight, bias, relu: true, pad, edge, s, statistics.Given));
        }

        public Tensor Residual(Tensor x, (string Conv, string Norm) first, (string Conv, string Norm) second, NextLayer next)
        {
            var shape = x.Shape;
            var inner = ConvNorm(x, first.Conv, first.Norm, NextLayer.Convolution, stride: 1, residual: null, keepInput: true);
            using var rows = x.Narrow(2, 1, shape[2] - 2);
            using var inside = rows.Narrow(3, 1, shape[3] - 2);
            var sum = ConvNorm(inner, second.Conv, second.Norm, next, stride: 1, inside, relu: false);
            x.Dispose();
            return sum;
        }

        public Tensor Conv(Tensor x, string conv)
        {
            var (weight, bias, stride) = network.HeadWeights;
            var y = Functional.ConvolveInside(x, weight, bias, stride);
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
            return statistics is null
                ? Functional.InstanceNorm(y, weight, bias, residual, relu, scale, pad, edge)
                : statistics.Use(
                    norm,
                    weight.Size(0),
                    s => Functional.InstanceNorm(y, weight, bias, residual, relu, scale, pad, edge, statistics: s, given: statistics.Given));
        }

        private (Tensor Weight, Tensor Bias) WeightsOf(string norm) =>
            (network._parameters[$"{norm}.weight"], network._parameters[$"{norm}.bias"]);
    }
}
