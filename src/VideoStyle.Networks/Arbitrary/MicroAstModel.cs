using VideoStyle.Torch.Tensors;

namespace VideoStyle.Networks.Arbitrary;

/// <summary>MicroAST: two micro encoders instead of VGG-19, and a decoder that the style modulates twice.</summary>
/// <remarks>
/// Wang, Zhao, Lin, Li, Xing and Zhu, "MicroAST: Towards Super-Fast Ultra-Resolution Arbitrary Style Transfer", 2023. The style's
/// statistics are mean and standard deviation of its features at two layers, and the modulator's weight and bias for each. As in
/// the authors' code, only the deep content features are used. The authors' blend for style strength is not used: mixed with the
/// content features, whose scale the decoder was not trained for, most images come out in one colour. Instead, the statistics are
/// interpolated with those of the frame.
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
    private readonly ScalarType _dtype;

    private MicroAstModel(IReadOnlyList<string> files, Device device, ScalarType dtype)
    {
        (Device, _dtype) = (device, dtype);
        // The style is encoded once, in float; frames are encoded each time.
        _content = MicroAstLayers.Read(files[0], MicroAstLayers.Encoder, device, dtype);
        _style = MicroAstLayers.Read(files[1], MicroAstLayers.Encoder, device, ScalarType.Float32);
        _modulator = MicroAstLayers.Read(files[2], MicroAstLayers.Modulator, device, ScalarType.Float32);
        _decoder = MicroAstLayers.Read(files[3], MicroAstLayers.Decoder, device, dtype);
    }

    public override string Name => "microast";

    public override Device Device { get; }

    public override int Stride => 4;

    public override int MinSize => 16;

    /// <summary>Finds the published files; null where one is missing.</summary>
    internal static ArbitraryStyleLoader? Find(ModelFiles files) =>
        files.FindSet("content_encoder*", "style_encoder*", "modulator*", "decoder*") is { } found ? (device, dtype) => new MicroAstModel(found, device, dtype) : null;

    public override StyleStatistics EncodeStyle(Tensor styleImage)
    {
        using var scope = NewDisposeScope();
        var (shallow, deep) = Encode(_style, styleImage.to(ScalarType.Float32, Device).ToChannelsLast());
        var (shallowMean, shallowDeviation) = FeatureStatistics.Measure(shallow);
        var (deepMean, deepDeviation) = FeatureStatistics.Measure(deep);
        return new StyleStatistics(
            shallowMean, shallowDeviation, deepMean, deepDeviation,
            Signal("weight1", shallow), Signal("bias1", shallow), Signal("weight2", deep), Signal("bias2", deep)
        );

        Tensor Signal(string name, Tensor features) =>
            F.adaptive_avg_pool2d(MicroAstLayers.Conv(_modulator, $"{name}.0", features), [1, 1]);
    }

    public override Tensor Stylize(Tensor rgb, StyleBlend styles)
    {
        using var own = styles.Strength < 1 ? EncodeStyle(rgb) : null;
        if (own is not null)
            styles = styles.FillWith(own);
        var x = Encode(_content, rgb.to(_dtype)).Deep;
        x = Modulate(x, Deep, DeepFilter, "dec1");
        x = Modulate(x, Shallow, ShallowFilter, "dec2");
        x = Upsample(x, "dec3.1", "dec3.3");
        x = Upsample(x, "dec3.6", "dec3.8");
        return MicroAstLayers.Conv(_decoder, "dec3.10", x);

        // Features get the style's statistics (AdaIN); then a residual block whose filters the style modulates (eq. 4 and 5).
        Tensor Modulate(Tensor features, int statistics, int filter, string block)
        {
            var normalized = FeatureStatistics.Normalize(features);
            var styled = styles.Transfer(features, s => normalized * s[statistics + 1] + s[statistics]).to(_dtype);
            var (weight, bias) = (styles.Interpolate(filter, features).to(_dtype), styles.Interpolate(filter + 1, features).to(_dtype));
            var inner = (MicroAstLayers.Conv(_decoder, $"{block}.conv1", styled) * weight + styled * bias).relu_();
            return styled + (MicroAstLayers.Conv(_decoder, $"{block}.conv2", inner) * weight + inner * bias);
        }

        Tensor Upsample(Tensor features, string depthwise, string pointwise)
        {
            using var scope = NewDisposeScope();
            var large = F.interpolate(features, [2 * features.size(2), 2 * features.size(3)], mode: InterpolationMode.Bilinear, align_corners: false);
            features.Dispose();
            using var spatial = MicroAstLayers.Conv(_decoder, depthwise, large).relu_();
            large.Dispose();
            return scope.MoveToOuter(MicroAstLayers.Conv(_decoder, pointwise, spatial).relu_());
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
