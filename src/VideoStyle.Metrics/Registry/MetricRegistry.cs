using VideoStyle.Metrics.Flow;
using VideoStyle.Metrics.Perceptual;
using VideoStyle.Metrics.Quality;
using VideoStyle.Metrics.Truth;
using VideoStyle.Metrics.Warping;

namespace VideoStyle.Metrics.Registry;

/// <summary>All metrics beside the warping error. A new one is a class and a line here; JSON, CSV, tables and page follow.</summary>
public static class MetricRegistry
{
    // Reports list figures in this order.
    private static readonly IReadOnlyList<(MetricInfo Info, Func<MetricContext, Metric> Create)> Registered =
    [
        (TofMetric.Definition, context => new TofMetric(context)),
        (MeanLumaMetric.Definition, context => new MeanLumaMetric(context)),
        (GradientEnergyMetric.Definition, context => new GradientEnergyMetric(context)),
        (SsimMetric.Definition, context => new SsimMetric(context)),
        (PsnrMetric.Definition, context => new PsnrMetric(context)),
        (WarpSsimMetric.Definition, context => new WarpSsimMetric(context)),
        (RimMetric.Definition, context => new RimMetric(context)),
        (MovingSharpnessMetric.Definition, context => new MovingSharpnessMetric(context)),
        (GhostMetric.Definition, context => new GhostMetric(context)),
        (VggMetric.Definition, context => new VggMetric(context)),
        (LpipsMetric.Definition, context => new LpipsMetric(context)),
    ];

    /// <summary>Gets what is known of every metric, in the order of reports.</summary>
    public static IReadOnlyList<MetricInfo> All { get; } = [.. Registered.Select(metric => metric.Info)];

    /// <summary>Gets the names of all metrics.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(info => info.Name)];

    /// <summary>Gets the names of the metrics that are measured unless others are asked for.</summary>
    public static IReadOnlyList<string> Defaults { get; } = [.. All.Where(info => info.IsDefault).Select(info => info.Name)];

    /// <summary>Creates metrics for one measurement; the caller disposes them.</summary>
    /// <exception cref="Core.Errors.VideoStyleException">A network or its weights cannot be loaded.</exception>
    internal static List<Metric> Create(IReadOnlyList<string> names, MetricContext context)
    {
        List<Metric> metrics = [];
        try
        {
            foreach (var (info, create) in Registered)
                if (names.Contains(info.Name, StringComparer.Ordinal))
                    metrics.Add(create(context));
            return metrics;
        }
        catch
        {
            metrics.ForEach(metric => metric.Dispose());
            throw;
        }
    }
}
