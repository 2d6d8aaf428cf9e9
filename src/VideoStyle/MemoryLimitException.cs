using VideoStyle.Core.Errors;

namespace VideoStyle;

/// <summary>Frames so large that one conversion needs more memory than it may use, found out before any is decoded; unlike a device that is out of memory for a while, it stays so.</summary>
/// <param name="message">One sentence: how much is needed, and how much there is.</param>
/// <param name="hint">What to do.</param>
public sealed class MemoryLimitException(string message, string? hint) : VideoStyleException(ErrorKind.Runtime, message, hint);
