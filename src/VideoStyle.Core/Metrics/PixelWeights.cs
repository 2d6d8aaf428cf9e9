using VideoStyle.Core.Flow;

namespace VideoStyle.Core.Metrics;

/// <summary>A certainty mask and the weight that each certainty has in a profile's sum.</summary>
/// <param name="mask">The mask.</param>
/// <param name="weights">The weight of each certainty 0–255.</param>
internal sealed class PixelWeights(ValidityMask mask, float[] weights)
{
    /// <summary>The weight is the certainty.</summary>
    public static float[] Linear { get; } = [.. Enumerable.Range(0, 256).Select(c => c / 255f)];

    /// <summary>The weight is the certainty squared, where certainty scales the pixels before they are compared.</summary>
    public static float[] Squared { get; } = [.. Enumerable.Range(0, 256).Select(c => c / 255f * (c / 255f))];

    /// <summary>Gets the sum of all weights.</summary>
    public double Total { get; } = Sum(mask, weights);

    /// <summary>Gets one row.</summary>
    public Reader Row(int y) => new(mask.Certainty.AsSpan(y * mask.Width, mask.Width), weights);

    private static double Sum(ValidityMask mask, float[] weights)
    {
        var histogram = new int[256];
        foreach (var certainty in mask.Certainty)
            histogram[certainty]++;
        double sum = 0;
        for (var certainty = 0; certainty < 256; certainty++)
            sum += (double)histogram[certainty] * weights[certainty];
        return sum;
    }

    /// <summary>Applies the weights of one row.</summary>
    public readonly ref struct Reader(ReadOnlySpan<byte> certainty, ReadOnlySpan<float> weights)
    {
        private readonly ReadOnlySpan<byte> _certainty = certainty;
        private readonly ReadOnlySpan<float> _weights = weights;

        /// <summary>Sums values by weight; a value under weight 0 may be anything.</summary>
        public double WeightedSum(ReadOnlySpan<float> values)
        {
            double sum = 0;
            for (var x = 0; x < values.Length; x++)
            {
                var weight = _weights[_certainty[x]];
                if (weight != 0)
                    sum += (double)weight * values[x];
            }

            return sum;
        }
    }
}
