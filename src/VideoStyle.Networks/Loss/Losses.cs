using VideoStyle.Torch.Tensors;

namespace VideoStyle.Networks.Loss;

/// <summary>The losses that need no style image.</summary>
internal static class Losses
{
    /// <summary>The relative content loss: <c>mean (F(y) − F(x))² / mean F(x)²</c>.</summary>
    /// <param name="stylized">Features of the stylized images.</param>
    /// <param name="original">Features of the content images, of the same shape; a constant.</param>
    /// <remarks>Johnson et al., 2016, eq. 2, made relative.</remarks>
    public static Tensor Content(Tensor stylized, Tensor original)
    {
        ArgumentNullException.ThrowIfNull(stylized);
        ArgumentNullException.ThrowIfNull(original);
        var (y, x) = (Wide(stylized), Wide(original));
        return (y - x).pow(2).mean() * (1 / Math.Max(1e-12, x.pow(2).mean().ToDouble()));
    }

    /// <summary>Total variation: the mean absolute difference of horizontal and vertical neighbours.</summary>
    /// <param name="images"><c>[N, C, H, W]</c>, at least 2 pixels high and wide.</param>
    public static Tensor TotalVariation(Tensor images)
    {
        ArgumentNullException.ThrowIfNull(images);
        return Difference(2) + Difference(3);

        Tensor Difference(int dim)
        {
            var size = images.size(dim);
            return (images.narrow(dim, 1, size - 1) - images.narrow(dim, 0, size - 1)).abs().mean();
        }
    }

    /// <summary>The temporal loss after a known motion: <c>Σ m (y₂ − W(y₁))² / (3 Σ m)</c>.</summary>
    /// <param name="first">Stylized images, <c>[N, 3, H, W]</c>.</param>
    /// <param name="second">The moved images, stylized.</param>
    /// <param name="grid">Where each pixel of the moved images came from, <c>[N, H, W, 2]</c>, as <see cref="Sampling.GridSample"/> takes it.</param>
    /// <param name="mask">1 where that is known, else 0, <c>[N, 1, H, W]</c>; not 0 everywhere.</param>
    /// <param name="luminanceChange">
    /// How much brighter the content became, <c>[N, 1, H, W]</c>: the stylized image is to follow that. Null: it is to keep its
    /// brightness.
    /// </param>
    /// <remarks>
    /// Ruder, Dosovitskiy and Brox, 2018, eq. 9; gradients reach both stylized images, as in Huang et al., 2017. With the luminance
    /// change, Gao et al., "ReCoNet", 2018, eq. 5.
    /// </remarks>
    public static Tensor Temporal(Tensor first, Tensor second, Tensor grid, Tensor mask, Tensor? luminanceChange = null)
    {
        ArgumentNullException.ThrowIfNull(second);
        ArgumentNullException.ThrowIfNull(mask);
        var expected = Sampling.GridSample(first, grid);
        if (luminanceChange is not null)
            expected += luminanceChange;
        return ((second - expected).pow(2) * mask).sum() * (1 / (3 * mask.sum().ToDouble()));
    }

    /// <summary>Relative luminance by Rec. 601 of encoded values, <c>[N, 1, H, W]</c>.</summary>
    /// <param name="images"><c>[N, 3, H, W]</c>.</param>
    public static Tensor Luminance(Tensor images)
    {
        ArgumentNullException.ThrowIfNull(images);
        return images.narrow(1, 0, 1) * 0.299 + images.narrow(1, 1, 1) * 0.587 + images.narrow(1, 2, 1) * 0.114;
    }

    private static Tensor Wide(Tensor t) => t.dtype is ScalarType.BFloat16 or ScalarType.Float16 ? t.to(ScalarType.Float32) : t;
}
