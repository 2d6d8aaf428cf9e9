using VideoStyle.Metrics.Frames;
using VideoStyle.Metrics.Registry;
using VideoStyle.Metrics.Warping;

namespace VideoStyle.Metrics.Truth;

/// <summary>The warping error by known motion within two pixels of borders and of what is hidden.</summary>
internal sealed class RimMetric(MetricContext context) : TruthMetric(Definition, context)
{
    private readonly double[] _sums = new double[context.Clips.Count];

    public static MetricInfo Definition { get; } = new()
    {
        Name = "rim",
        IsDefault = false,
        Inputs = MetricInputs.Source | MetricInputs.Stylized | MetricInputs.PerFrame | MetricInputs.NeighborFlow | MetricInputs.TrueMotion,
        Figures =
        [
            new()
            {
                Key = "rim",
                Title = "rim × per frame",
                Direction = MetricDirection.LowerIsBetter,
                Definition = "Warping error at lag 1 by known motion over that of the per-frame rendering, over the visible pixels within 2 px of hidden ones or of the border of a surface: halos and thin objects are there.",
            },
        ],
        Series = [],
    };

    public override Action? MeasurePair(FrameContext frame, FramePair pair)
    {
        if (pair.Earlier.Index + 1 != frame.Frames.Index)
            return null;
        CertaintyWeights weights = new(Truth.Rim(pair.Earlier.Index, 1, Size), squared: false);
        if (weights.Total == 0)
            return null;
        var sums = WarpedDifference.Sum(pair.Earlier.Images, frame.Frames.Images, pair.Flow.Forward.Value, [weights]);
        return () =>
        {
            for (var clip = 0; clip < _sums.Length; clip++)
                _sums[clip] += sums[clip][0] / weights.Total;
        };
    }

    public override IReadOnlyList<double?> Summarize(int clip) => [RatioToPerFrame(_sums, clip)];
}
