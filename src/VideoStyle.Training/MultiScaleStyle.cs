using VideoStyle.Networks.Loss;

namespace VideoStyle.Training;

/// <summary>What a network is trained to reproduce of style images: features at several sizes, and colors.</summary>
/// <remarks>
/// At full size the features see strokes. At half, a quarter and an eighth of it they see what strokes make up: swirls, patches, the
/// composition. After Gatys et al., "Controlling Perceptual Factors in Neural Style Transfer", 2017, and Snelgrove,
/// "High-Resolution Multi-Scale Neural Texture Synthesis", 2017.
/// </remarks>
internal sealed class MultiScaleStyle : IDisposable
{
    private const int ColorReduction = 4; // the size of a stroke rather than of a pixel

    private readonly StyleTarget[] _scales;
    private readonly ColorDistribution _colors;

    private MultiScaleStyle(StyleTarget[] scales, ColorDistribution colors) => (_scales, _colors) = (scales, colors);

    /// <summary>Measures style images.</summary>
    /// <param name="network">Computes the features.</param>
    /// <param name="styleImages">Images, <c>[1, 3, H, W]</c> in 0–1, each with a weight above 0.</param>
    /// <param name="scales">The number of sizes.</param>
    internal static MultiScaleStyle Measure(LossNetwork network, IReadOnlyList<(Tensor Image, double Weight)> styleImages, int scales)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var reduced = Enumerable.Range(0, scales).Select(s => StyleTarget.Measure(network, [.. styleImages.Select(i => (Reduce(i.Image, 1 << s), i.Weight))])).ToArray();
        return new MultiScaleStyle(reduced, ColorDistribution.Measure([.. styleImages.Select(i => (Reduce(i.Image, ColorReduction), i.Weight))]));
    }

    /// <summary>Gets the number of sizes.</summary>
    internal int Scales => _scales.Length;

    /// <summary>Gets the target at a size.</summary>
    /// <param name="scale">How often the size is halved.</param>
    internal StyleTarget this[int scale] => _scales[scale];

    /// <summary>Halves an image a number of times by averaging.</summary>
    internal static Tensor Halve(Tensor images, int times) => Reduce(images, 1 << times);

    /// <summary>The color loss of a batch of stylized images.</summary>
    internal Tensor Colors(Tensor stylized) => _colors.Distance(Reduce(stylized, ColorReduction));

    /// <inheritdoc />
    public void Dispose()
    {
        Array.ForEach(_scales, s => s.Dispose());
        _colors.Dispose();
    }

    private static Tensor Reduce(Tensor images, int factor) => factor == 1 ? images : F.avg_pool2d(images, factor);
}
