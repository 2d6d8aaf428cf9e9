using VideoStyle.Core.Media;

namespace VideoStyle.Metrics;

/// <summary>A clip that takes part in a measurement.</summary>
/// <param name="Name">The name that tables and reports give it.</param>
/// <param name="Frames">Its frames; the caller disposes it afterwards.</param>
/// <param name="Note">What was done so that it could be compared, or null.</param>
public sealed record MeasuredClip(string Name, IFrameSource Frames, string? Note = null);
