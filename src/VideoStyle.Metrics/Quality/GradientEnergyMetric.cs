using VideoStyle.Metrics.Frames;
using VideoStyle.Metrics.Registry;

namespace VideoStyle.Metrics.Quality;

/// <summary>Gradient energy, the sharpness of a clip, and its ratio to the per-frame rendering and to the source.</summary>
internal sealed class GradientEnergyMetric(MetricContext context) : ImageMetric(Definition, context)
{
    public static MetricInfo Definition { get; } = new()
    {
        Name = "sharpness",
        Inputs = MetricInputs.Source | MetricInputs.Stylized | MetricInputs.PerFrame,
        Figures =
        [
            new()
            {
                Key = "gradientEnergy",
                Title = "gradient energy",
                Unit = "levels²",
                Decimals = 1,
                IsInTables = false,
                Definition = "Mean squared Sobel gradient of the luma over all frames (Tenengrad; Krotkov 1988).",
            },
            new()
            {
                Key = "sharpnessRatio",
                Title = "sharpness × per frame",
                Direction = MetricDirection.CloserToOneIsBetter,
                Definition = "Gradient energy over that of the per-frame rendering; under 1, the temporal blend has blurred.",
            },
            new()
            {
                Key = "sharpnessToSource",
                Title = "sharpness × source",
                Definition = "Gradient energy over that of the source.",
            },
        ],
        Series = [new() { Key = "gradientEnergy", Description = "Gradient energy of the luma: how sharp the frame is" }],
    };

    protected override bool MeasuresSource => true;

    public override IReadOnlyList<double?> Summarize(int clip)
    {
        var energy = Mean(clip);
        return clip == 0 ? [energy, null, null] : [energy, Context.PerFrame is { } perFrame ? RatioTo(perFrame) : null, RatioTo(0)];

        double? RatioTo(int reference) => Mean(reference) > 0 ? energy / Mean(reference) : null;
    }

    protected override double Measure(FrameImage source, FrameImage image) => SobelEnergy.Mean(image.Luma);
}
