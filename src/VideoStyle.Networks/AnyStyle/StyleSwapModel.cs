using VideoStyle.Native.Torch;

namespace VideoStyle.Networks.AnyStyle;

/// <summary>Style swap: each patch of the frame's features is exchanged for the most alike patch of the style picture's.</summary>
/// <remarks>
/// Chen and Schmidt, "Fast Patch-based Style Transfer of Arbitrary Style", 2016: 3×3 patches, compared by normalised
/// cross-correlation (eq. 3–4), the chosen ones averaged where they overlap. Swapped at relu4_1, for which there is AdaIN's
/// decoder, where the paper has relu3_1 and a decoder of its own. Nothing is learnt, so there are no statistics to mix: each style
/// is swapped in, and the features are mixed.
/// </remarks>
internal sealed class StyleSwapModel : AnyStyleModel
{
    private const int Patch = 3;
    private static readonly AtenOperator Unfold = new("aten::im2col");
    private static readonly AtenOperator Fold = new("aten::col2im");
    private static readonly AtenOperator ArgMax = new("aten::argmax");
    private static readonly AtenOperator IndexSelect = new("aten::index_select");
    private static readonly AtenOperator Norm = new("aten::linalg_vector_norm");

    private readonly ConvolutionChain _encoder;
    private readonly ConvolutionChain _decoder;
    private readonly ScalarType _scalarType;

    private StyleSwapModel(ConvolutionChain encoder, ConvolutionChain decoder, TorchDevice device, ScalarType scalarType) =>
        (_encoder, _decoder, Device, _scalarType) = (encoder, decoder, device, scalarType);

    public override string Name => "swap";

    public override TorchDevice Device { get; }

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
    internal static StyleSwapModel Load(string vgg, string decoder, TorchDevice device, ScalarType scalarType)
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
        using var scope = new TensorScope();
        var features = _encoder.Run(picture.To(Device, ScalarType.Float32)).To(ScalarType.Float32);
        var patches = Unfold
            .Call(features, new long[] { Patch, Patch }, new long[] { 1, 1 }, new long[] { 0, 0 }, new long[] { 1, 1 })
            .Select(0, 0).Transpose(0, 1).Contiguous();
        var length = Norm.Call(patches, 2.0, new long[] { 1 }, true);
        var kernels = (patches / (length + 1e-8)).Reshape(-1, features.Size(1), Patch, Patch);
        return new StyleStatistics(patches.To(_scalarType), kernels.To(_scalarType).Contiguous(MemoryFormat.ChannelsLast));
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
        using var scope = new TensorScope();
        var (height, width) = (features.Size(2), features.Size(3));
        // The length of the frame's own patch is the same for every kernel, and so decides nothing.
        using var alike = Functional.Conv2d(features, style[1], bias: null);
        var best = ArgMax.Call(alike, 1).Reshape(-1);
        var chosen = IndexSelect.Call(style[0], 0, best).Transpose(0, 1).Unsqueeze(0).To(ScalarType.Float32);
        var sum = Scatter(chosen, height, width);
        // As many patches overlap as there are ones, at the borders fewer.
        var count = Scatter(chosen.Narrow(1, 0, Patch * Patch) * 0 + 1, height, width);
        return scope.Keep(sum / count);
    }

    private static Tensor Scatter(Tensor columns, long height, long width) =>
        Fold.Call(columns, new[] { height, width }, new long[] { Patch, Patch }, new long[] { 1, 1 }, new long[] { 0, 0 }, new long[] { 1, 1 });
}
