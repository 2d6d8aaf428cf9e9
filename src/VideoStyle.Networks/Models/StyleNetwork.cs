using VideoStyle.Torch.Operators;
using VideoStyle.Torch.Runtime;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Networks.Models;

/// <summary>A style network: an architecture with weights, for inference or training.</summary>
/// <remarks>Inference is thread-safe: it only reads the weights.</remarks>
internal sealed class StyleNetwork : IDisposable
{
    private readonly Dictionary<string, Tensor> _parameters = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Tensor> _subPixelWeights = new(StringComparer.Ordinal);
    private readonly bool _borrowed;
    private readonly ScalarType? _autocastDtype;
    private (Tensor Weight, Tensor Bias)? _subPixelHead;

    /// <summary>Copies weights.</summary>
    /// <param name="architecture">The architecture of the weights.</param>
    /// <param name="parameters">One tensor for each of the architecture's; owned by the caller.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="dtype">The dtype of the convolutions; normalization parameters stay float (or double).</param>
    public StyleNetwork(
        NetworkArchitecture architecture,
        IReadOnlyDictionary<string, Tensor> parameters,
        Device device,
        ScalarType dtype
    )
    {
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentNullException.ThrowIfNull(parameters);
        (Architecture, Device, Dtype) = (architecture, device, dtype);
        foreach (var (name, shape) in architecture.Parameters)
        {
            using var scope = NewDisposeScope();
            var type = architecture.IsConvolution(name) || dtype == ScalarType.Float64 ? dtype : ScalarType.Float32;
            var tensor = parameters[name].to(type, device).clone();
            _parameters[name] = (shape.Length == 4 ? tensor.ToChannelsLast() : tensor).DetachFromDisposeScope();
        }
    }

    private StyleNetwork(NetworkArchitecture architecture, Device device, ScalarType dtype, ScalarType? autocastDtype) =>
        (Architecture, Device, Dtype, _borrowed, _autocastDtype) = (architecture, device, dtype, true, autocastDtype);

    /// <summary>Makes a network of tensors that it does not own, so that gradients reach what these were computed from.</summary>
    /// <param name="architecture">The architecture of the weights.</param>
    /// <param name="weights">One tensor for each of the architecture's; they must outlive the network.</param>
    /// <param name="device">Where they are.</param>
    /// <param name="dtype">The dtype of the convolutions' weights.</param>
    /// <param name="autocastDtype">
    /// The dtype of the convolutions' forward and backward passes where it differs; weights, normalization, residual sums and the
    /// head keep theirs (mixed precision; Micikevicius et al., 2018, without loss scaling, which bfloat16 does not need).
    /// </param>
    internal static StyleNetwork FromTensors(
        NetworkArchitecture architecture,
        IReadOnlyDictionary<string, Tensor> weights,
        Device device,
        ScalarType dtype = ScalarType.Float32,
        ScalarType? autocastDtype = null
    )
    {
        var network = new StyleNetwork(architecture, device, dtype, autocastDtype);
        foreach (var name in architecture.Parameters.Keys)
            network._parameters[name] = weights[name];
        return network;
    }

    /// <summary>Gets a value indicating whether upsampling is folded into the convolutions that follow it.</summary>
    private bool UsesSubPixelConvolution => _subPixelWeights.Count > 0;

    /// <summary>Gets the pixel-shuffle factor of <see cref="Run"/>'s result.</summary>
    internal int OutputBlock => _subPixelHead is null ? Architecture.Block : 2;

    /// <summary>Gets the architecture.</summary>
    public NetworkArchitecture Architecture { get; }

    /// <summary>Gets where it computes.</summary>
    public Device Device { get; }

    /// <summary>Gets the dtype of its convolutions.</summary>
    public ScalarType Dtype { get; }

    /// <summary>Gets the weights by name; owned by the network.</summary>
    public IReadOnlyDictionary<string, Tensor> Parameters => _parameters;

    /// <summary>Stylizes images; differentiable.</summary>
    /// <param name="rgb"><c>[N, 3, H, W]</c>, 0–1; H and W multiples of the stride.</param>
    /// <returns><c>[N, 3, H, W]</c>, 0–1 for an architecture with a sigmoid, about that range for others.</returns>
    public Tensor Forward(Tensor rgb)
    {
        ArgumentNullException.ThrowIfNull(rgb);
        using var scope = NewDisposeScope();
        var x = rgb.to(Dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32, Device);
        if (Architecture.White != 1)
            x *= Architecture.White;
        if (Architecture.Block > 1)
            x = F.pixel_unshuffle(x, Architecture.Block);
        // libtorch has no reflection padding in half precision.
        x = Sampling.ReflectionPad(x, Architecture.InputPad).to(Dtype).ToChannelsLast();
        var y = Run(x);
        if (Dtype is ScalarType.BFloat16 or ScalarType.Float16)
            y = y.to(ScalarType.Float32);
        if (Architecture.Block > 1)
            y = F.pixel_shuffle(y, Architecture.Block);
        if (Architecture.Sigmoid)
            y = sigmoid(y);
        else if (Architecture.White != 1)
            y /= Architecture.White;
        return scope.MoveToOuter(y);
    }

    /// <summary>Prepares the weights for the fastest inference; gradients no longer reach them.</summary>
    /// <remarks>On a GPU the weights stay as they are: the kernel for sub-pixel convolutions runs on the CPU.</remarks>
    internal StyleNetwork Freeze()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var conv in Device.IsCuda() ? [] : Architecture.UpsampledConvolutions)
        {
            // Summed from the weights as stored, and rounded after that.
            var weight = SubPixelConvolution.Weight(_parameters[$"{conv}.weight"]).to(Dtype);
            _subPixelWeights[conv] = weight.ToChannelsLast().DetachFromDisposeScope();
        }

        if (!Device.IsCuda() && Architecture.Block == 1)
            _subPixelHead = SubPixelHead(_parameters[$"{Architecture.Head}.weight"], _parameters[$"{Architecture.Head}.bias"]);
        return this;
    }

    /// <summary>Makes the head compute 2×2 pixels at a time: three output channels fill a vector register poorly, twelve fill it well.</summary>
    /// <returns>The kernel <c>[12, in, k + 1, k + 1]</c> for a stride of 2, and its bias; channel = c·4 + dy·2 + dx.</returns>
    private static (Tensor Weight, Tensor Bias) SubPixelHead(Tensor weight, Tensor bias)
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

    /// <summary>Computes the head's output.</summary>
    /// <param name="prepared">The input of the first convolution; disposed.</param>
    /// <param name="statistics">Read or written by the normalizations of a single image, on the CPU; or null.</param>
    internal Tensor Run(Tensor prepared, NormStatistics? statistics = null) => Architecture.Run(new Layers(this, statistics), prepared);

    /// <summary>Gets the last convolution: its weight, its bias and its stride.</summary>
    internal (Tensor Weight, Tensor Bias, int Stride) HeadWeights =>
        _subPixelHead is var (weight, bias)
            ? (weight, bias, 2)
            : (_parameters[$"{Architecture.Head}.weight"], _parameters[$"{Architecture.Head}.bias"], 1);

    /// <summary>Gets the sub-pixel weight of a convolution that follows upsampling.</summary>
    internal Tensor SubPixelWeight(string conv) => _subPixelWeights[conv];

    /// <summary>The padding that a layer gives its result for the next one, and whether it replicates the edge instead of reflecting.</summary>
    internal (int Pad, bool Edge) PaddingFor(NextLayer next) =>
        next switch
        {
            NextLayer.WideConvolution => (4, false),
            // Reflection padding of 1 after nearest-neighbour upsampling replicates the edge.
            NextLayer.Upsampling => (1, UsesSubPixelConvolution),
            _ => (1, false),
        };

    private Tensor Convolve(Tensor x, Tensor weight, int stride)
    {
        if (_autocastDtype is not { } type || type == x.dtype)
            return F.conv2d(x, weight, strides: [stride, stride]);
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(F.conv2d(x.to(type), weight.to(type), strides: [stride, stride]).to(x.dtype));
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var tensor in _subPixelWeights.Values.Concat(_borrowed ? [] : _parameters.Values))
            tensor.Dispose();
        _subPixelHead?.Weight.Dispose();
        _subPixelHead?.Bias.Dispose();
    }

    /// <summary>Computes the layers on whole tensors.</summary>
    private sealed class Layers(StyleNetwork network, NormStatistics? statistics) : ILayers<Tensor>
    {
        public Tensor ConvNorm(Tensor x, string conv, string norm, NextLayer next = NextLayer.Convolution, int stride = 1) =>
            ConvNorm(x, conv, norm, next, stride, residual: null);

        public Tensor UpsampleConvNorm(Tensor x, string conv, string norm, NextLayer next)
        {
            if (!network.UsesSubPixelConvolution)
                return ConvNorm(x, conv, norm, next);
            using var y = F.conv2d(x, network._subPixelWeights[conv]);
            x.Dispose();
            var (pad, edge) = network.PaddingFor(next);
            var (weight, bias) = WeightsOf(norm);
            return NormKernels.SubPixelNorm(y, weight, bias, relu: true, pad, edge, statistics?.Of(norm, weight.size(0)), statistics is { IsComplete: true });
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

        // Without the convolution's bias: the normalization subtracts the mean of each channel, and the bias with it.
        private Tensor ConvNorm(
            Tensor x, string conv, string norm, NextLayer next, int stride, Tensor? residual, bool relu = true, bool keepInput = false)
        {
            using var y = network.Convolve(x, network._parameters[$"{conv}.weight"], stride);
            if (!keepInput)
                x.Dispose();
            var (pad, edge) = network.PaddingFor(next);
            var scale = next == NextLayer.Upsampling && !network.UsesSubPixelConvolution ? 2 : 1;
            var (weight, bias) = WeightsOf(norm);
            return NormKernels.InstanceNorm(
                y, weight, bias, residual, relu, scale, pad, edge, statistics?.Of(norm, weight.size(0)), statistics is { IsComplete: true });
        }

        private (Tensor Weight, Tensor Bias) WeightsOf(string norm) =>
            (network._parameters[$"{norm}.weight"], network._parameters[$"{norm}.bias"]);
    }
}
