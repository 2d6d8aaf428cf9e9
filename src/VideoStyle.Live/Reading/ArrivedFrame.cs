using VideoStyle.Core.Media;

namespace VideoStyle.Live.Reading;

/// <summary>A frame as it came.</summary>
/// <param name="Frame">The frame, whose times are in <see cref="LiveClock.TimeBase"/>; owned by whoever takes it.</param>
/// <param name="Timestamp">When it had been decoded, by the clock's timestamps.</param>
internal sealed record ArrivedFrame(Frame Frame, long Timestamp);
