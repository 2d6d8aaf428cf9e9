using VideoStyle.Core.Errors;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Networks.Arbitrary;

/// <summary>MicroAST: two small encoders of its own in place of VGG-19, and a decoder that the style steers twice.</summary>
/// <remarks>
/// Wang, Zhao, Lin, Li, Xing and Zhu, "MicroAST: Towards Super-Fast Ultra-Resolution Arbitrary Style Transfer", 2023. The statistics of a
/// style picture are mean and deviation of its features at two layers, and the modulator's weight and bias for each. As in the
/// authors' code, the shallow features of the frame are not used, only the deep ones. Its strength is not: mixed with the frame's own
/// features, which are not of the size the decoder knows, most pictures come out in one colour. Here a weaker style is one whose
/// statistics are mixed with those of the frame.
/// </remarks>
internal sealed class MicroAstModel : ArbitraryStyleModel
{
    private const int Shallow = 0;
    private const int Deep = 2;
    private const int ShallowFilter = 4;
    private const int DeepFilter = 6;

    private readonly Dictionary<string, Tensor> _content;
    private readonly Dictionary<string, Tensor> _style;
    private readonly Dictionary<string, Tensor> _modulator;
    private readonly Dictionary<string, Tensor> _decoder;
    private readonly ScalarType _scalarType;

    private MicroAstModel(IReadOnlyList<string> files, Device device, ScalarType scalarType)
    {
        (Device, _scalarType) = (device, scalarType);
        // Of a style, little is computed once; of a frame, much each time.
        _content = MicroAstLayers.Read(files[0], MicroAstLayers.Encoder, device, scalarType);
        _style = MicroAstLayers.Read(files[1], MicroAstLayers.Encoder, device, ScalarType.Float32);
        _modulator = MicroAstLayers.Read(files[2], MicroAstLayers.Modulator, device, ScalarType.Float32);
        _decoder = MicroAstLayers.Read(files[3], MicroAstLayers.Decoder, device, scalarType);
    }

    public override string Name => "microast";

    public override Device Device { get; }

    public override int Stride => 4;

    public override int MinSize => 16;

    /// <summary>Loads the network from the four files it is published in.</summary>
    /// <param name="contentEncoder">The frame's encoder.</param>
    /// <param name="styleEncoder">The style picture's encoder.</param>
    /// <param name="modulator">Makes the signals for the decoder's filters.</param>
    /// <param name="decoder">The decoder.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="scalarType">What to convolve frames in.</param>
    /// <exception cref="VideoStyleException">A file is missing, damaged or holds something else (Model).</exception>
    internal static MicroAstModel Load(
        string contentEncoder, string styleEncoder, string modulator, string decoder, Device device, ScalarType scalarType) =>
        new([contentEncoder, styleEncoder, modulator, decoder], device, scalarType);

    public override StyleStatistics Measure(Tensor picture)
    {
        using var scope = NewDisposeScope();
        var (shallow, deep) = Encode(_style, picture.to(ScalarType.Float32, Device).ToChannelsLast());
        var (shallowMean, shallowDeviation) = FeatureStatistics.Of(shallow);
        var (deepMean, deepDeviation) = FeatureStatistics.Of(deep);
        return new StyleStatistics(
            shallowMean, shallowDeviation, deepMean, deepDeviation,
            Signal("weight1", shallow), Signal("bias1", shallow), Signal("weight2", deep), Signal("bias2", deep)
        );

        Tensor Signal(string name, Tensor features) =>
            F.adaptive_avg_pool2d(MicroAstLayers.Conv(_modulator, $"{name}.0", features), [1, 1]);
    }

    public override Tensor Paint(Tensor rgb, StyleField styles)
    {
        using var own = styles.Strength < 1 ? Measure(rgb) : null;
        if (own is not null)
            styles = styles.FilledUpWith(own);
        var x = Encode(_content, rgb.to(_scalarType)).Deep;
        x = Modulate(x, Deep, DeepFilter, "dec1");
        x = Modulate(x, Shallow, ShallowFilter, "dec2");
        x = Enlarge(x, "dec3.1", "dec3.3");
        x = Enlarge(x, "dec3.6", "dec3.8");
        return MicroAstLayers.Conv(_decoder, "dec3.10", x);

        // Features get the style's statistics; then a residual block whose filters the style scales (eq. 4 and 5).
        Tensor Modulate(Tensor features, int statistics, int filter, string block)
        {
            var normalised = FeatureStatistics.Normalise(features);
            var styled = styles.Transfer(features, s => normalised * s[statistics + 1] + s[statistics]).to(_scalarType);
            var (weight, bias) = (styles.Blend(filter, features).to(_scalarType), styles.Blend(filter + 1, features).to(_scalarType));
            var inner = (MicroAstLayers.Conv(_decoder, $"{block}.conv1", styled) * weight + styled * bias).relu_();
            return styled + (MicroAstLayers.Conv(_decoder, $"{block}.conv2", inner) * weight + inner * bias);
        }

        Tensor Enlarge(Tensor features, string depthwise, string pointwise)
        {
            using var scope = NewDisposeScope();
            var large = F.interpolate(features, [2 * features.size(2), 2 * features.size(3)], mode: InterpolationMode.Bilinear, align_corners: false);
            features.Dispose();
            using var spread = MicroAstLayers.Conv(_decoder, depthwise, large).relu_();
            large.Dispose();
            return scope.MoveToOuter(MicroAstLayers.Conv(_decoder, pointwise, spread).relu_());
        }
    }

    protected override void Dispose(bool disposing)
    {
        foreach (var tensor in new[] { _content, _style, _modulator, _decoder }.SelectMany(part => part.Values))
            tensor.Dispose();
    }

    private static (Tensor Shallow, Tensor Deep) Encode(Dictionary<string, Tensor> weights, Tensor x)
    {
        foreach (var (name, stride) in MicroAstLayers.Stem)
        {
            var next = MicroAstLayers.Conv(weights, name, x, stride).relu_();
            x.Dispose();
            x = next;
        }

        var shallow = Residual(x, "enc1.10");
        return (shallow, Residual(shallow, "enc2.0"));

        Tensor Residual(Tensor features, string block)
        {
            using var inner = MicroAstLayers.Conv(weights, $"{block}.conv1", features).relu_();
            return features + MicroAstLayers.Conv(weights, $"{block}.conv2", inner);
        }
    }
}
