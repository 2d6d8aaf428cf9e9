using VideoStyle.Torch.Files;

namespace VideoStyle.Networks.Arbitrary;

/// <summary>AdaIN, adaptive instance normalization: the content features get mean and standard deviation of the style's.</summary>
/// <remarks>
/// Huang and Belongie, "Arbitrary Style Transfer in Real-time with Adaptive Instance Normalization", 2017, eq. 8, at relu4_1 of the
/// normalized VGG-19. Standard deviations as in PyTorch's port: √(unbiased variance + 1e-5).
/// </remarks>
internal sealed class AdainModel : ArbitraryStyleModel
{
    private static readonly string[] Exported =
    [
        "block4_conv1_decode", "↑block3_conv1_decode", "block3_conv2_decode", "block3_conv3_decode", "block3_conv4_decode",
        "↑block2_conv1_decode", "block2_conv2_decode", "↑block1_conv1_decode", "block1_conv2_decode",
    ];

    // As numbered in the Sequential of PyTorch's port.
    private static readonly string[] Numbered = ["1", "↑5", "8", "11", "14", "↑18", "21", "↑25", "28"];

    private readonly ConvolutionChain _encoder;
    private readonly ConvolutionChain _decoder;

    private AdainModel(ConvolutionChain encoder, ConvolutionChain decoder, Device device) =>
        (_encoder, _decoder, Device) = (encoder, decoder, device);

    public override string Name => "adain";

    public override Device Device { get; }

    public override int Stride => 8;

    public override int MinSize => 16;

    /// <summary>Finds the published files; null where one is missing.</summary>
    internal static ArbitraryStyleLoader? Find(ModelFiles files) =>
        VggEncoder.FindNormalized(files) is { } vgg && FindDecoder(files) is { } decoder ? (device, dtype) => Load(vgg, decoder, device, dtype) : null;

    /// <summary>Finds the decoder: a file of that name, or any decoder in a folder of that name.</summary>
    internal static string? FindDecoder(ModelFiles files) => files.Find("*adain*decoder*") ?? files.FindIn("*adain*", "decoder*");

    /// <summary>Loads the network.</summary>
    /// <param name="vgg">A file that <see cref="VggEncoder"/> reads.</param>
    /// <param name="decoder">The decoder of relu4_1.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="dtype">The dtype of the convolutions.</param>
    /// <exception cref="Core.Errors.VideoStyleException">A file is missing, damaged or holds something else (Model).</exception>
    internal static AdainModel Load(string vgg, string decoder, Device device, ScalarType dtype)
    {
        var encoder = VggEncoder.Load(vgg, VggEncoder.ToRelu41, device, dtype);
        try
        {
            return new AdainModel(encoder, LoadDecoder(decoder, device, dtype), device);
        }
        catch
        {
            encoder.Dispose();
            throw;
        }
    }

    /// <summary>Loads the decoder of relu4_1.</summary>
    internal static ConvolutionChain LoadDecoder(string path, Device device, ScalarType dtype)
    {
        var file = TensorFile.Read(path);
        return ConvolutionChain.Load(file, DecoderSteps(file.Tensors.ContainsKey("1.weight") ? Numbered : Exported), 512, device, dtype);
    }

    /// <summary>The layers of that decoder as PyTorch's port numbers them, with a prefix.</summary>
    internal static ChainLayer[] DecoderSteps(string prefix) => [.. DecoderSteps(Numbered).Select(s => s with { Name = prefix + s.Name })];

    private static ChainLayer[] DecoderSteps(string[] names)
    {
        var steps = ChainLayer.Of(names);
        steps[^1] = steps[^1] with { Relu = false };
        return steps;
    }

    public override StyleStatistics EncodeStyle(Tensor styleImage)
    {
        using var scope = NewDisposeScope();
        var (mean, deviation) = FeatureStatistics.Measure(_encoder.Run(styleImage.to(ScalarType.Float32, Device)));
        return new StyleStatistics(mean, deviation);
    }

    public override Tensor Stylize(Tensor rgb, StyleBlend styles)
    {
        using var features = _encoder.Run(rgb);
        var normalized = FeatureStatistics.Normalize(features);
        var stylized = styles.Transfer(features, style => normalized * style[1] + style[0]);
        return _decoder.Run(stylized);
    }

    protected override void Dispose(bool disposing)
    {
        _encoder.Dispose();
        _decoder.Dispose();
    }
}
