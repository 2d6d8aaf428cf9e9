using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using VideoStyle.Metrics.Flow;

namespace VideoStyle.Metrics.Warping;

/// <summary>A certainty mask as the weights of a profile's sum.</summary>
/// <param name="mask">The mask.</param>
/// <param name="squared">Whether the weight is the certainty squared, as where certainty scales the pixels before they are compared, and not the certainty itself.</param>
internal sealed class CertaintyWeights(ValidityMask mask, bool squared)
{
    private readonly double _full = squared ? 255 * 255 : 255;

    /// <summary>Gets the sum of all weights, each 0–1.</summary>
    public double Total { get; } =
        squared ? Bytes.SumOfSquares(mask.Certainty) / (255.0 * 255.0) : Bytes.Sum(mask.Certainty) / 255.0;

    /// <summary>Sums finite values by the weights of row <c>y</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public double WeightedSum(int y, ReadOnlySpan<float> values)
    {
        var certainty = mask.Certainty.AsSpan(y * mask.Width, mask.Width);
        // In double precision, so that the sum of a constant is exact.
        var (lower, upper, x) = (Vector512<double>.Zero, Vector512<double>.Zero, 0);
        for (; x <= certainty.Length - Vector512<float>.Count; x += Vector512<float>.Count)
        {
            var weights = Bytes.ToSingle(Vector128.Create<byte>(certainty[x..]));
            if (squared)
                weights *= weights;
            var row = Vector512.Create(values[x..]);
            lower = Vector512.FusedMultiplyAdd(Vector512.WidenLower(weights), Vector512.WidenLower(row), lower);
            upper = Vector512.FusedMultiplyAdd(Vector512.WidenUpper(weights), Vector512.WidenUpper(row), upper);
        }

        var sum = Vector512.Sum(lower + upper);
        for (; x < certainty.Length; x++)
            sum += (squared ? certainty[x] * certainty[x] : certainty[x]) * (double)values[x];
        return sum / _full;
    }
}
