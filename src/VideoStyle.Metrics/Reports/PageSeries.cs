namespace VideoStyle.Metrics.Reports;

/// <summary>The values that curves show.</summary>
/// <param name="Step">Every how many frames there is a value.</param>
/// <param name="Seconds">The time of each of these frames.</param>
/// <param name="Values">By clip and key, the values; null where a frame has none.</param>
internal sealed record PageSeries(int Step, IEnumerable<double> Seconds, IEnumerable<Dictionary<string, IEnumerable<float?>>> Values);
