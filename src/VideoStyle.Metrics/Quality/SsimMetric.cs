using VideoStyle.Metrics.Frames;
using VideoStyle.Metrics.Registry;
using VideoStyle.Metrics.Reports;

namespace VideoStyle.Metrics.Quality;

/// <summary>SSIM of each frame against the source's frame.</summary>
internal sealed class SsimMetric(MetricContext context) : ImageMetric(Definition, context)
{
    public static MetricInfo Definition { get; } = new()
    {
        Name = "ssim",
        Inputs = MetricInputs.Source | MetricInputs.Stylized,
        Figures =
        [
            new()
            {
                Key = "ssim",
                Title = "SSIM",
                Direction = MetricDirection.HigherIsBetter,
                Definition = "Structural similarity of the luma to the source, mean over the frames; Wang et al. 2004, Gaussian window 11×11, σ 1.5.",
            },
        ],
        Series = [new() { Key = "ssim", Description = "SSIM of the luma against the source" }],
    };

    public override IReadOnlyList<double?> Summarize(int clip) => [clip > 0 && Mean(clip) is var mean && !double.IsNaN(mean) ? mean : null];

    public override IEnumerable<LeftOutReport> ListLeftOut() =>
        Math.Min(Context.Width, Context.Height) < StructuralSimilarity.Window
            ? [new LeftOutReport("SSIM", $"the clips are smaller than its window of {StructuralSimilarity.Window} pixels")]
            : [];

    protected override double Measure(FrameImage source, FrameImage image) => StructuralSimilarity.Mean(source.Luma, image.Luma);
}
