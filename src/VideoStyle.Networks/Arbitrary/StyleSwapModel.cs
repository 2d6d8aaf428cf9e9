using VideoStyle.Torch.Tensors;

namespace VideoStyle.Networks.Arbitrary;

/// <summary>Style swap: each patch of the frame's features is exchanged for the most alike patch of the style picture's.</summary>
/// <remarks>
/// Chen and Schmidt, "Fast Patch-based Style Transfer of Arbitrary Style", 2016: 3×3 patches, compared by normalised
/// cross-correlation (eq. 3–4), the chosen ones averaged where they overlap. Swapped at relu4_1, for which there is AdaIN's
/// decoder, where the paper has relu3_1 and a decoder of its own. Nothing is learnt, so there are no statistics to mix: each style
/// is swapped in, and the features are mixed.
/// </remarks>
internal sealed class StyleSwapModel : ArbitraryStyleModel
{
    private const int Patch = 3;

    private readonly ConvolutionChain _encoder;
    private readonly ConvolutionChain _decoder;
    private readonly ScalarType _scalarType;

    private StyleSwapModel(ConvolutionChain encoder, ConvolutionChain decoder, Device device, ScalarType scalarType) =>
        (_encoder, _decoder, Device, _scalarType) = (encoder, decoder, device, scalarType);

    public override string Name => "swap";

    public override Device Device { get; }

    public override int Stride => 8;

    public override int MinSize => 32;

    public override bool MixesStatistics => false;

    /// <summary>Gets less than the others have: the time grows with the number of patches, and 384 pixels give two thousand.</summary>
    public override int StyleSize => 384;

    /// <summary>Loads the network.</summary>
    /// <param name="vgg">A file that <see cref="VggEncoder"/> reads.</param>
    /// <param name="decoder">AdaIN's decoder of relu4_1.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="scalarType">What to convolve in.</param>
    /// <exception cref="Core.Errors.VideoStyleException">A file is missing, damaged or holds something else (Model).</exception>
    internal static StyleSwapModel Load(string vgg, string decoder, Device device, ScalarType scalarType)
    {
        var encoder = VggEncoder.Load(vgg, VggEncoder.ToRelu41, device, scalarType);
        try
        {
            return new StyleSwapModel(encoder, AdainModel.LoadDecoder(decoder, device, scalarType), device, scalarType);
        }
        catch
        {
            encoder.Dispose();
            throw;
        }
    }

    /// <summary>Takes the patches, <c>[P, 9·C]</c>, and as kernels of length 1, <c>[P, C, 3, 3]</c>.</summary>
    public override StyleStatistics Measure(Tensor picture)
    {
        using var scope = NewDisposeScope();
        var features = _encoder.Run(picture.to(ScalarType.Float32, Device)).to(ScalarType.Float32);
        var patches = F.unfold(features, (Patch, Patch)).select(0, 0).transpose(0, 1).contiguous();
        var length = linalg.vector_norm(patches, 2, [1], keepdim: true);
        var kernels = (patches / (length + 1e-8)).reshape(-1, features.size(1), Patch, Patch);
        return new StyleStatistics(patches.to(_scalarType), kernels.to(_scalarType).ToChannelsLast());
    }

    public override Tensor Paint(Tensor rgb, StyleField styles)
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
        // The length of the frame's own patch is the same for every kernel, and so decides nothing.
        using var alike = F.conv2d(features, style[1]);
        var best = alike.argmax(1).reshape(-1);
        var chosen = style[0].index_select(0, best).transpose(0, 1).unsqueeze(0).to(ScalarType.Float32);
        var sum = Scatter(chosen, height, width);
        // As many patches overlap as there are ones, at the borders fewer.
        var count = Scatter(chosen.narrow(1, 0, Patch * Patch) * 0 + 1, height, width);
        return scope.MoveToOuter(sum / count);
    }

    private static Tensor Scatter(Tensor columns, long height, long width) =>
        F.fold(columns, (height, width), (Patch, Patch));
}
