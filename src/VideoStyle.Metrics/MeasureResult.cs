using VideoStyle.Metrics.Registry;
using VideoStyle.Metrics.Reports;

namespace VideoStyle.Metrics;

/// <summary>What a measurement gives.</summary>
public sealed record MeasureResult
{
    /// <summary>Gets the figures.</summary>
    public required MetricsReport Report { get; init; }

    /// <summary>Gets the metrics that were measured, the warping error first.</summary>
    public required IReadOnlyList<MetricInfo> Metrics { get; init; }

    /// <summary>Gets the values of every frame.</summary>
    public required FrameSeries Series { get; init; }

    /// <summary>Gets the images, where some were asked for.</summary>
    public required Gallery Gallery { get; init; }
}
