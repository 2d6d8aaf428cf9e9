namespace VideoStyle.Metrics.Reports;

/// <summary>The same frame of every clip, as data URLs.</summary>
internal sealed record PageFrame(long Frame, double Seconds, IEnumerable<string> Images);
