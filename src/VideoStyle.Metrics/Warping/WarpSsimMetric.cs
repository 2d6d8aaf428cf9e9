using VideoStyle.Core.Flow;
using VideoStyle.Metrics.Frames;
using VideoStyle.Metrics.Quality;
using VideoStyle.Metrics.Registry;
using VideoStyle.Metrics.Reports;

namespace VideoStyle.Metrics.Warping;

/// <summary>Warp-SSIM: SSIM between each frame and the one before it, warped onto it along the source's flow.</summary>
/// <remarks>
/// Kara et al., "RAVE: Randomized Noise Shuffling for Fast and Consistent Video Editing with Diffusion Models", 2024.
/// Departures: luma instead of RGB, Gaussian windows, and only windows around pixels that are not occluded, by the mask of
/// <see cref="WarpProfile.Estab"/>; the paper takes the whole frame.
/// </remarks>
internal sealed class WarpSsimMetric(MetricContext context) : Metric(Definition, context)
{
    private const string Key = "warpSsim";

    private readonly double[] _sums = new double[context.Clips.Count];
    private long _pairs;

    public static MetricInfo Definition { get; } = new()
    {
        Name = "warp-ssim",
        Inputs = MetricInputs.Stylized | MetricInputs.NeighborFlow,
        IsDefault = false, // a warp and an SSIM more for each frame of each clip
        Figures =
        [
            new()
            {
                Key = Key,
                Title = "warp SSIM",
                Direction = MetricDirection.HigherIsBetter,
                Definition = "SSIM of the luma between each frame and the one before it, warped along the source's flow, where not occluded; after Kara et al. 2024 (RAVE).",
            },
        ],
        Series = [new() { Key = Key, Description = "SSIM of the frame with the one before it, warped along the source's flow", HasGaps = true }],
    };

    public override Action? MeasurePair(FrameContext frame, FramePair pair)
    {
        if (pair.Earlier != frame.Previous)
            return null;
        var values = Measure(frame, pair);
        return () => Add(values);
    }

    public override IReadOnlyList<double?> Summarize(int clip) => [_pairs == 0 ? null : _sums[clip] / _pairs];

    public override IEnumerable<LeftOutReport> ListLeftOut() =>
        _pairs == 0 ? [new LeftOutReport("warp SSIM", $"no pair has a window of {StructuralSimilarity.Window} pixels around a pixel that is not occluded")] : [];

    private double[] Measure(FrameContext frame, FramePair pair)
    {
        WarpedPair warped = new(Context.Flow, frame, pair, isForward: false);
        var mask = warped.Mask(WarpProfile.Estab);
        warped.ReleaseCheck();
        FrameImage image = new(Context.Width, Context.Height);
        var values = new double[warped.Reference.Images.Length];
        for (var clip = 0; clip < values.Length; clip++)
        {
            image.Fill(WarpedDifference.Warp(warped.Other.Images[clip], warped.Flow));
            values[clip] = StructuralSimilarity.WeightedMean(image.Luma, warped.Reference.Images[clip].Luma, mask);
        }

        ExactArrays<byte>.Return(mask.Certainty);
        return values;
    }

    private void Add(double[] values)
    {
        if (double.IsNaN(values[0]))
            return;
        _pairs++;
        for (var clip = 0; clip < values.Length; clip++)
        {
            _sums[clip] += values[clip];
            Context.Series.Set(clip, Key, values[clip]);
        }
    }
}
