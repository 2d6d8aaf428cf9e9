using VideoStyle.Core.Flow;
using VideoStyle.Metrics.Flow;

namespace VideoStyle.Metrics;

/// <summary>Computes the warping errors of all clips over one pair of frames.</summary>
internal sealed class PairMeter(FlowSupply supply, IReadOnlyList<WarpProfile> profiles)
{
    /// <summary>Measures a pair.</summary>
    /// <returns>By profile, the coverage and the error of each clip; no errors where no pixel is valid.</returns>
    public IReadOnlyList<(double Coverage, double[]? Errors)> Measure(PictureSet earlier, PictureSet later, PairFlow flow)
    {
        var results = new (double Coverage, double[]? Errors)[profiles.Count];
        foreach (var group in Enumerable.Range(0, profiles.Count).GroupBy(i => profiles[i].IsForward()))
        {
            int[] members = [.. group];
            var (reference, other) = group.Key ? (earlier, later) : (later, earlier);
            var check = flow.Check(group.Key);
            var masks = Array.ConvertAll(members, profile => supply.GetMask(reference.Index, other.Index, profiles[profile], check, reference.Source.Luma));
            check.Release();
            if (!FlowVector.AreAllKnown(check.Flow.Vectors))
                Array.ForEach(masks, mask => LeaveOutUnknown(mask, check.Flow));
            PixelWeights[] weights = [.. members.Select((profile, i) => new PixelWeights(masks[i], profiles[profile].SquaresCertainty()))];

            var sums = WarpedDifference.Sum(reference.Pictures, other.Pictures, check.Flow, weights);
            for (var i = 0; i < members.Length; i++)
                results[members[i]] = (masks[i].Coverage, weights[i].Total == 0 ? null : Normalise(profiles[members[i]], sums, i, weights[i], reference));
            Array.ForEach(masks, mask => ExactArrays<byte>.Return(mask.Certainty));
        }

        return results;
    }

    private static double[] Normalise(WarpProfile profile, double[][] sums, int weight, PixelWeights weights, PictureSet reference) =>
        [.. sums.Select(clip => profile.Normalise(clip[weight], weights.Total, reference.Source.Width * reference.Source.Height))];

    /// <summary>A mask from a file, or a smoothed one, may call a pixel certain whose flow is unknown.</summary>
    private static void LeaveOutUnknown(ValidityMask mask, FlowField flow)
    {
        for (var i = 0; i < mask.Certainty.Length; i++)
            if (!FlowVector.IsKnown(flow.Vectors[2 * i], flow.Vectors[2 * i + 1]))
                mask.Certainty[i] = 0;
    }
}
