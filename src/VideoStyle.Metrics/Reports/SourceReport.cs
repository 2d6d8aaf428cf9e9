namespace VideoStyle.Metrics.Reports;

/// <summary>The source clip.</summary>
/// <param name="Name">Its path or name.</param>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="FrameRate">Frames per second, or null where the container does not say.</param>
/// <param name="Note">What was done to it so that it could be compared, or null: scaled, cut, resampled.</param>
public sealed record SourceReport(string Name, int Width, int Height, double? FrameRate, string? Note = null);
