namespace VideoStyle.Metrics.Reports;

/// <summary>The same frame of every clip.</summary>
/// <param name="Frame">Its number.</param>
/// <param name="Seconds">Its time.</param>
/// <param name="Images">One for each clip, in the order of <see cref="MetricsReport.Clips"/>.</param>
public sealed record GalleryFrame(long Frame, double Seconds, IReadOnlyList<Thumbnail> Images);
