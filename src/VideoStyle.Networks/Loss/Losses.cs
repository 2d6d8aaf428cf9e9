using VideoStyle.Torch.Tensors;

namespace VideoStyle.Networks.Loss;

/// <summary>The losses that need no painting.</summary>
public static class Losses
{
    /// <summary>How far the content of pictures moved: <c>mean (F(y) − F(x))² / mean F(x)²</c>.</summary>
    /// <param name="painted">Features of the paintings.</param>
    /// <param name="original">Features of the pictures, of the same shape; a constant.</param>
    /// <remarks>Johnson et al., 2016, eq. 2, made relative.</remarks>
    public static Tensor Content(Tensor painted, Tensor original)
    {
        ArgumentNullException.ThrowIfNull(painted);
        ArgumentNullException.ThrowIfNull(original);
        var (y, x) = (Wide(painted), Wide(original));
        return (y - x).pow(2).mean() * (1 / Math.Max(1e-12, x.pow(2).mean().ToDouble()));
    }

    /// <summary>Total variation: the mean difference of neighbours, to the right and downwards.</summary>
    /// <param name="pictures"><c>[N, C, H, W]</c>, at least 2 pixels high and wide.</param>
    public static Tensor TotalVariation(Tensor pictures)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        return Difference(2) + Difference(3);

        Tensor Difference(int dim)
        {
            var size = pictures.size(dim);
            return (pictures.narrow(dim, 1, size - 1) - pictures.narrow(dim, 0, size - 1)).abs().mean();
        }
    }

    /// <summary>How differently a thing is painted after a known motion: <c>Σ m (y₂ − W(y₁))² / (3 Σ m)</c>.</summary>
    /// <param name="first">Paintings of the pictures, <c>[N, 3, H, W]</c>.</param>
    /// <param name="second">Paintings of the moved pictures.</param>
    /// <param name="grid">Where each pixel of the moved pictures came from, <c>[N, H, W, 2]</c>, as <see cref="Sampling.GridSample"/> takes it.</param>
    /// <param name="mask">1 where that is known, else 0, <c>[N, 1, H, W]</c>; not 0 everywhere.</param>
    /// <param name="brightening">
    /// How much brighter the picture itself became, <c>[N, 1, H, W]</c>: the painting is to follow that. Null: it is to
    /// stay as it was.
    /// </param>
    /// <remarks>
    /// Ruder, Dosovitskiy and Brox, 2018, eq. 9; gradients flow into both paintings, as in Huang et al., 2017. With
    /// brightening, Gao et al., "ReCoNet", 2018, eq. 5.
    /// </remarks>
    public static Tensor Temporal(Tensor first, Tensor second, Tensor grid, Tensor mask, Tensor? brightening = null)
    {
        ArgumentNullException.ThrowIfNull(second);
        ArgumentNullException.ThrowIfNull(mask);
        var expected = Sampling.GridSample(first, grid);
        if (brightening is not null)
            expected += brightening;
        return ((second - expected).pow(2) * mask).sum() * (1 / (3 * mask.sum().ToDouble()));
    }

    /// <summary>Relative luminance by Rec. 601 of encoded values, <c>[N, 1, H, W]</c>.</summary>
    /// <param name="pictures"><c>[N, 3, H, W]</c>.</param>
    public static Tensor Luminance(Tensor pictures)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        return pictures.narrow(1, 0, 1) * 0.299 + pictures.narrow(1, 1, 1) * 0.587 + pictures.narrow(1, 2, 1) * 0.114;
    }

    private static Tensor Wide(Tensor t) => t.dtype is ScalarType.BFloat16 or ScalarType.Float16 ? t.to(ScalarType.Float32) : t;
}
