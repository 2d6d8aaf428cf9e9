using VideoStyle.Metrics.Frames;
using VideoStyle.Metrics.Registry;

namespace VideoStyle.Metrics.Quality;

/// <summary>PSNR against the source: of each frame, and of the mean squared error of the whole clip.</summary>
internal sealed class PsnrMetric(MetricContext context) : ImageMetric(Definition, context)
{
    public static MetricInfo Definition { get; } = new()
    {
        Name = "psnr",
        Inputs = MetricInputs.Source | MetricInputs.Stylized,
        Figures =
        [
            new()
            {
                Key = "psnrDb",
                Title = "PSNR",
                Unit = "dB",
                Direction = MetricDirection.HigherIsBetter,
                Decimals = 2,
                Definition = "Peak signal-to-noise ratio of RGB to the source, of the mean squared error of the whole clip; none where the clips are equal.",
            },
        ],
        Series = [new() { Key = "psnrDb", Description = "PSNR against the source, dB" }],
    };

    public override IReadOnlyList<double?> Summarize(int clip) => [clip > 0 ? Psnr(Mean(clip)) : null];

    protected override double Measure(FrameImage source, FrameImage image) => SquaredError.Mean(source, image);

    protected override double ToSeries(double value) => Psnr(value) ?? double.PositiveInfinity;

    private static double? Psnr(double meanSquaredError) => meanSquaredError == 0 ? null : 10 * Math.Log10(255 * 255 / meanSquaredError);
}
