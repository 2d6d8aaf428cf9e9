using VideoStyle.Torch.Tensors;

namespace VideoStyle.Training;

/// <summary>The distribution of an image's colors, compared by the sliced Wasserstein distance.</summary>
/// <remarks>
/// Bonneel et al., "Sliced and Radon Wasserstein Barycenters of Measures", 2015: the colors are projected on directions, and the
/// quantiles of the projections compared. The directions are fixed, the 13 axes of symmetry of the RGB cube, so that the same images
/// always have the same distance. A Gram matrix knows mean and covariance alone, in which a rare color, such as the yellow of stars,
/// hardly counts.
/// </remarks>
internal sealed class ColorDistribution : IDisposable
{
    private const int Quantiles = 256;

    private readonly Tensor _quantiles;
    private readonly double _variance;

    private ColorDistribution(Tensor quantiles, double variance) => (_quantiles, _variance) = (quantiles, variance);

    /// <summary>Measures images; several are mixed by averaging their quantiles.</summary>
    /// <param name="images">Images, <c>[1, 3, H, W]</c> in 0–1, each with a weight above 0.</param>
    internal static ColorDistribution Measure(IReadOnlyList<(Tensor Image, double Weight)> images)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var total = images.Sum(i => i.Weight);
        var quantiles = images.Select(i => QuantilesOf(i.Image) * (i.Weight / total)).Aggregate((a, b) => a + b);
        // The variance over all three axes; that of the projections on directions in every way is a third of it.
        var variance = 3 * (quantiles - quantiles.mean([1L], keepdim: true)).pow(2).mean().ToDouble();
        return new ColorDistribution(quantiles.DetachFromDisposeScope(), Math.Max(1e-6, variance));
    }

    /// <summary>The squared distance of other colors from these, relative to the variance of these.</summary>
    /// <param name="images">Images, <c>[N, 3, H, W]</c> in 0–1, taken together.</param>
    /// <returns>A scalar: 0 for the same colors, 1 for their mean alone.</returns>
    internal Tensor Distance(Tensor images) => (QuantilesOf(images) - _quantiles.to(images.dtype, images.device)).pow(2).mean() * (3 / _variance);

    /// <inheritdoc />
    public void Dispose() => _quantiles.Dispose();

    /// <summary>The quantiles of the projections, <c>[13, 256]</c>, with linear interpolation between the samples.</summary>
    private static Tensor QuantilesOf(Tensor images)
    {
        using var scope = NewDisposeScope();
        var pixels = images.permute(1, 0, 2, 3).reshape(3, -1);
        var sorted = Directions(images).mm(pixels).sort(1).Values;
        var count = sorted.size(1);
        double[] at = [.. Enumerable.Range(0, Quantiles).Select(i => Math.Clamp((i + 0.5) / Quantiles * count - 0.5, 0, count - 1))];
        long[] below = [.. at.Select(a => (long)a)];
        var share = HostTensor.From<double>([.. at.Zip(below, (a, b) => a - b)], 1, Quantiles).to(images.dtype, images.device);
        var lower = sorted.index_select(1, HostTensor.From<long>(below, Quantiles).to(images.device));
        var upper = sorted.index_select(1, HostTensor.From<long>([.. below.Select(b => Math.Min(b + 1, count - 1))], Quantiles).to(images.device));
        return scope.MoveToOuter(lower + (upper - lower) * share);
    }

    // Half of the neighbours of a cell in a cubic grid, the other half being their opposites.
    private static Tensor Directions(Tensor like)
    {
        var values = new List<double>();
        for (var i = 14; i < 27; i++)
        {
            double[] direction = [i / 9 - 1, i / 3 % 3 - 1, i % 3 - 1];
            var length = Math.Sqrt(direction.Sum(d => d * d));
            values.AddRange(direction.Select(d => d / length));
        }

        return HostTensor.From<double>([.. values], 13, 3).to(like.dtype, like.device);
    }
}
