using VideoStyle.Core.Media;

namespace VideoStyle.Metrics;

/// <summary>A clip that takes part in a measurement.</summary>
/// <param name="Name">What tables and reports call it.</param>
/// <param name="Frames">Its frames; the caller disposes it afterwards.</param>
public sealed record MeasuredClip(string Name, IFrameSource Frames);
