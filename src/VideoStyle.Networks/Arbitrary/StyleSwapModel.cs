using VideoStyle.Torch.Tensors;

namespace VideoStyle.Networks.Arbitrary;

/// <summary>Style swap: each patch of the content features is replaced by the most similar patch of the style features.</summary>
/// <remarks>
/// Chen and Schmidt, "Fast Patch-based Style Transfer of Arbitrary Style", 2016: 3×3 patches, compared by normalized
/// cross-correlation (eq. 3–4), the chosen ones averaged where they overlap. Departure: at relu4_1, for which AdaIN's decoder is
/// published; the paper has relu3_1 and a decoder of its own. Patches cannot be interpolated: each style is swapped in, and the
/// resulting features are mixed.
/// </remarks>
internal sealed class StyleSwapModel : ArbitraryStyleModel
{
    private const int Patch = 3;

    private readonly ConvolutionChain _encoder;
    private readonly ConvolutionChain _decoder;
    private readonly ScalarType _dtype;

    private StyleSwapModel(ConvolutionChain encoder, ConvolutionChain decoder, Device device, ScalarType dtype) =>
        (_encoder, _decoder, Device, _dtype) = (encoder, decoder, device, dtype);

    public override string Name => "swap";

    public override Device Device { get; }

    public override int Stride => 8;

    public override int MinSize => 32;

    public override bool MixesStatistics => false;

    /// <summary>Gets a smaller size than that of other methods: the time grows with the number of patches, and 384 pixels give two thousand.</summary>
    public override int StyleSize => 384;

    /// <summary>Finds the published files; null where one is missing.</summary>
    internal static ArbitraryStyleLoader? Find(ModelFiles files) =>
        VggEncoder.FindNormalized(files) is { } vgg && AdainModel.FindDecoder(files) is { } decoder ? (device, dtype) => Load(vgg, decoder, device, dtype) : null;

    /// <summary>Loads the network.</summary>
    /// <param name="vgg">A file that <see cref="VggEncoder"/> reads.</param>
    /// <param name="decoder">AdaIN's decoder of relu4_1.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="dtype">The dtype of the convolutions.</param>
    /// <exception cref="Core.Errors.VideoStyleException">A file is missing, damaged or holds something else (Model).</exception>
    internal static StyleSwapModel Load(string vgg, string decoder, Device device, ScalarType dtype)
    {
        var encoder = VggEncoder.Load(vgg, VggEncoder.ToRelu41, device, dtype);
        try
        {
            return new StyleSwapModel(encoder, AdainModel.LoadDecoder(decoder, device, dtype), device, dtype);
        }
        catch
        {
            encoder.Dispose();
            throw;
        }
    }

    /// <summary>Takes the patches, <c>[P, 9·C]</c>, and the same as unit-length kernels, <c>[P, C, 3, 3]</c>.</summary>
    public override StyleStatistics EncodeStyle(Tensor styleImage)
    {
        using var scope = NewDisposeScope();
        var features = _encoder.Run(styleImage.to(ScalarType.Float32, Device)).to(ScalarType.Float32);
        var patches = F.unfold(features, (Patch, Patch)).select(0, 0).transpose(0, 1).contiguous();
        var length = linalg.vector_norm(patches, 2, [1], keepdim: true);
        var kernels = (patches / (length + 1e-8)).reshape(-1, features.size(1), Patch, Patch);
        return new StyleStatistics(patches.to(_dtype), kernels.to(_dtype).ToChannelsLast());
    }

    public override Tensor Stylize(Tensor rgb, StyleBlend styles)
    {
        using var features = _encoder.Run(rgb);
        return _decoder.Run(styles.Transfer(features, style => Swap(features, style)));
    }

    protected override void Dispose(bool disposing)
    {
        _encoder.Dispose();
        _decoder.Dispose();
    }

    private static Tensor Swap(Tensor features, StyleStatistics style)
    {
        using var scope = NewDisposeScope();
        var (height, width) = (features.size(2), features.size(3));
        // The length of the content patch is the same for every kernel, and does not change the maximum.
        using var similarity = F.conv2d(features, style[1]);
        var best = similarity.argmax(1).reshape(-1);
        var chosen = style[0].index_select(0, best).transpose(0, 1).unsqueeze(0).to(ScalarType.Float32);
        var sum = Scatter(chosen, height, width);
        // The number of patches that overlap at each position: fewer at the edges.
        var count = Scatter(chosen.narrow(1, 0, Patch * Patch) * 0 + 1, height, width);
        return scope.MoveToOuter(sum / count);
    }

    private static Tensor Scatter(Tensor columns, long height, long width) =>
        F.fold(columns, (height, width), (Patch, Patch));
}
