using VideoStyle.Core.Errors;
using VideoStyle.Metrics.Registry;

namespace VideoStyle.Metrics.Truth;

/// <summary>A metric that needs a clip with known motion.</summary>
internal abstract class TruthMetric(MetricInfo info, MetricContext context) : Metric(info, context)
{
    protected TrueMotion Truth { get; } = context.Flow.Truth ?? throw Missing(info.Name);

    protected (int Width, int Height) Size => (Context.Width, Context.Height);

    /// <summary>Tells that something asks for known motion where there is none.</summary>
    /// <param name="name">The metric or profile.</param>
    public static VideoStyleException Missing(string name) =>
        new(ErrorKind.Usage, $"'{name}' is measured by known motion, and the flow of this clip is estimated or has no such masks.", "Read the flow from a clip that tools/known-motion made.");

    /// <summary>Divides by the figure of the per-frame rendering; null where there is none or it is 0.</summary>
    protected double? RatioToPerFrame(double[] values, int clip) =>
        Context.PerFrame is { } perFrame && values[perFrame] > 0 ? values[clip] / values[perFrame] : null;
}
