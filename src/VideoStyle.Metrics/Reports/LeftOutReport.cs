namespace VideoStyle.Metrics.Reports;

/// <summary>Something that could not be computed.</summary>
/// <param name="Metric">Its name.</param>
/// <param name="Reason">Why, in one sentence.</param>
public sealed record LeftOutReport(string Metric, string Reason);
