using VideoStyle.Torch.Tensors;

namespace VideoStyle.Networks.Loss;

/// <summary>Finds texture that repeats with the stride of a network: a weave, a herringbone, a checkerboard.</summary>
/// <remarks>
/// A network that reduces its input by <c>P</c> gives the same at places that are <c>P</c> pixels apart where the input is flat. So
/// whatever it paints there repeats with that period; its power lies at multiples of the frequency <c>1/P</c>. Averaged over the
/// cells of a window, such a pattern stays and other texture vanishes.
/// </remarks>
internal static class LatticePattern
{
    private const int MaxCells = 8;
    private const double Invisible = 1e-4; // the mean square of a texture of 1 %
    private const double Flat = 4e-4; // of 2 %: clear sky, water, walls

    /// <summary>The share of such a pattern in the texture of windows of about 8×8 cells.</summary>
    /// <param name="images">Images, <c>[N, C, H, W]</c> in 0–1, at least three periods high and wide.</param>
    /// <param name="period">The period <c>P</c> in pixels, even.</param>
    /// <param name="photos">What they were made from: only windows where these are flat count. Null: all count.</param>
    /// <returns>A scalar, differentiable: 1 where all texture repeats, 1/64 where none does, 0 where there is none. Null where nothing is flat.</returns>
    internal static Tensor? Share(Tensor images, int period, Tensor? photos = null)
    {
        using var scope = NewDisposeScope();
        var (pattern, texture) = Energy(images, period);
        var share = pattern / (texture + Invisible);
        if (photos is null)
            return scope.MoveToOuter(share.mean());
        var flat = Energy(photos, period).Texture.lt(Flat).to(share.dtype);
        var count = flat.sum().ToDouble();
        return count > 0 ? scope.MoveToOuter((share * flat).sum() * (1 / count)) : null;
    }

    /// <summary>The energy of the pattern, and of all texture finer than a cell, in square windows of up to 8×8 cells.</summary>
    /// <param name="images">Images, <c>[N, C, H, W]</c>, at least three periods high and wide.</param>
    /// <param name="period">The period <c>P</c> in pixels, even.</param>
    /// <returns>Mean squares, each <c>[N, rows, columns]</c>; texture of which nothing repeats leaves a 64th of itself in the pattern.</returns>
    internal static (Tensor Pattern, Tensor Texture) Energy(Tensor images, int period)
    {
        using var scope = NewDisposeScope();
        var fine = FinerThan(images, period);
        var (height, width) = (fine.size(2), fine.size(3));
        var cells = Math.Min(MaxCells, Math.Min(height, width) / period);
        var (rows, columns) = (height / (cells * period), width / (cells * period));
        var parts = fine.narrow(2, 0, rows * cells * period).narrow(3, 0, columns * cells * period)
            .reshape(fine.size(0), fine.size(1), rows, cells, period, columns, cells, period);
        var cell = parts.mean([3L, 6L]);
        var texture = parts.pow(2).mean([1L, 3L, 4L, 6L, 7L]);
        return scope.MoveToOuter(cell.pow(2).mean([1L, 3L, 5L]), texture);
    }

    // A moving average over whole periods has zeros at all multiples of 1/P, so what it is subtracted from keeps the pattern and loses
    // slopes, which would repeat like saw teeth.
    private static Tensor FinerThan(Tensor images, int period)
    {
        var (height, width) = (images.size(2), images.size(3));
        double[] taps = [0.5, .. Enumerable.Repeat(1.0, period - 1), 0.5];
        var kernel = HostTensor.From<double>([.. taps.Select(t => t / period)], 1, 1, 1, period + 1).to(images.dtype, images.device);
        var planes = images.reshape(-1, 1, height, width);
        var smooth = F.conv2d(F.conv2d(planes, kernel), kernel.transpose(2, 3)).reshape(images.size(0), images.size(1), height - period, width - period);
        return images.narrow(2, period / 2, height - period).narrow(3, period / 2, width - period) - smooth;
    }
}
