using VideoStyle.Core.Errors;
using VideoStyle.Torch.Files;

namespace VideoStyle.Networks.Arbitrary;

/// <summary>WCT, the whitening and coloring transform: the content features lose their covariance and get the style's, level by level.</summary>
/// <remarks>
/// Li, Fang, Yang, Wang, Lu and Yang, "Universal Style Transfer via Feature Transforms", 2017: eq. 1–2, coarse to fine. Encoders
/// compute in float, because whitening amplifies small differences; decoders may use a smaller dtype.
/// </remarks>
internal sealed class WctModel : ArbitraryStyleModel
{
    private readonly IReadOnlyList<(ConvolutionChain Encoder, ConvolutionChain Decoder)> _levels;
    private readonly ScalarType _dtype;

    private WctModel(string name, IReadOnlyList<(ConvolutionChain, ConvolutionChain)> levels, int stride, Device device, ScalarType dtype) =>
        (Name, _levels, Stride, Device, _dtype) = (name, levels, stride, device, dtype);

    public override string Name { get; }

    public override Device Device { get; }

    public override int Stride { get; }

    public override int MinSize => 2 * Stride;

    /// <summary>Finds the distilled encoders and decoders of all levels; null where one is missing.</summary>
    internal static ArbitraryStyleLoader? FindDistilled(ModelFiles files)
    {
        string[] levels = ["1", "2", "3", "4", "5"];
        var encoders = files.FindSet(levels.Select(i => $"SE{i}*")) ?? files.FindSet(levels.Select(i => $"{i}SE*"));
        var decoders = files.FindSet(levels.Select(i => $"SD{i}*")) ?? files.FindSet(levels.Select(i => $"{i}SD*"));
        return encoders is null || decoders is null ? null : (device, dtype) => LoadDistilled(encoders, decoders, device, dtype);
    }

    /// <summary>Finds the full VGG-19 and its decoder of relu3_1; null where one is missing.</summary>
    internal static ArbitraryStyleLoader? FindVgg(ModelFiles files) =>
        VggEncoder.FindNormalized(files) is { } vgg && files.FindIn("*wct*", "decoder*relu3_1*") is { } decoder ? (device, dtype) => LoadVgg(vgg, decoder, device, dtype) : null;

    /// <summary>Loads the distilled network of Wang et al., "Collaborative Distillation for Ultra-Resolution Universal Style Transfer", 2020.</summary>
    /// <param name="encoders">The encoders of levels 1 to n, relu1_1 to relu<i>n</i>_1.</param>
    /// <param name="decoders">Their decoders.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="dtype">The dtype of the decoders.</param>
    /// <exception cref="VideoStyleException">A file is missing, damaged or holds something else (Model).</exception>
    internal static WctModel LoadDistilled(IReadOnlyList<string> encoders, IReadOnlyList<string> decoders, Device device, ScalarType dtype)
    {
        int[] lengths = [1, 3, 5, 9, 13];
        var levels = new List<(ConvolutionChain, ConvolutionChain)>();
        for (var level = encoders.Count - 1; level >= 0; level--)
        {
            var (encoder, decoder) = (TensorFile.Read(encoders[level]), TensorFile.Read(decoders[level]));
            var steps = VggEncoder.DistilledSteps(lengths[level]);
            var forward = ConvolutionChain.Load(encoder, steps, 3, device, ScalarType.Float32, InputTransform.Read(encoder, "conv0"));
            levels.Add((forward, ConvolutionChain.Load(decoder, Mirror(steps), forward.OutputChannels, device, dtype)));
        }

        return new WctModel("wct", levels, 1 << (encoders.Count - 1), device, dtype);
    }

    /// <summary>Loads a single level, relu3_1 of the full VGG-19.</summary>
    /// <param name="vgg">A file that <see cref="VggEncoder"/> reads.</param>
    /// <param name="decoder">The decoder of relu3_1.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="dtype">The dtype of the decoder.</param>
    /// <exception cref="VideoStyleException">A file is missing, damaged or holds something else (Model).</exception>
    internal static WctModel LoadVgg(string vgg, string decoder, Device device, ScalarType dtype)
    {
        var steps = ChainLayer.Of("block3_conv1", "↑block2_conv1", "block2_conv2", "↑block1_conv1", "block1_conv2");
        steps[^1] = steps[^1] with { Relu = false };
        var forward = VggEncoder.Load(vgg, VggEncoder.ToRelu31, device, ScalarType.Float32);
        return new WctModel("wct-vgg", [(forward, ConvolutionChain.Load(TensorFile.Read(decoder), steps, 256, device, dtype))], 4, device, dtype);
    }

    public override StyleStatistics EncodeStyle(Tensor styleImage)
    {
        using var scope = NewDisposeScope();
        var x = styleImage.to(ScalarType.Float32, Device);
        List<Tensor> statistics = [];
        foreach (var (encoder, _) in _levels)
        {
            using var features = encoder.Run(x);
            var (mean, covariance) = Whitening.Moments(features);
            statistics.AddRange([mean, Whitening.Power(covariance, 0.5)]);
        }

        return new StyleStatistics(statistics);
    }

    public override Tensor Stylize(Tensor rgb, StyleBlend styles)
    {
        var x = rgb;
        for (var level = 0; level < _levels.Count; level++)
        {
            using var scope = NewDisposeScope();
            var (encoder, decoder) = _levels[level];
            using var features = encoder.Run(x);
            var (mean, covariance) = Whitening.Moments(features);
            var whiten = Whitening.Power(covariance, -0.5);
            var (at, device) = (2 * level, Device);
            // Whitening and coloring are linear in each pixel, and so one 1×1 convolution.
            using var colored = styles.Transfer(features, style =>
            {
                var matrix = style[at + 1].mm(whiten);
                var offset = style[at] - matrix.mm(mean);
                return F.conv2d(features, AsKernel(matrix), offset.reshape(-1).to(ScalarType.Float32, device));
            });
            var stylized = scope.MoveToOuter(decoder.Run(colored).to(ScalarType.Float32));
            if (level > 0)
                x.Dispose();
            x = stylized;
        }

        return x;

        Tensor AsKernel(Tensor matrix) => matrix.to(ScalarType.Float32, Device).unsqueeze(2).unsqueeze(3);
    }

    protected override void Dispose(bool disposing)
    {
        foreach (var (encoder, decoder) in _levels)
        {
            encoder.Dispose();
            decoder.Dispose();
        }
    }

    // Where an encoder pools before a convolution, its decoder upsamples after the one of the same name.
    private static ChainLayer[] Mirror(ChainLayer[] steps)
    {
        var mirrored = new ChainLayer[steps.Length];
        for (var i = 0; i < steps.Length; i++)
        {
            var after = i == 0 ? ChainResampling.None : steps[^i].Before;
            mirrored[i] = new ChainLayer(steps[^(i + 1)].Name, after == ChainResampling.MaxPool ? ChainResampling.Upsample : ChainResampling.None, i < steps.Length - 1);
        }

        return mirrored;
    }
}
