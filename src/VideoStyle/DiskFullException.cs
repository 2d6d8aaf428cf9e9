using VideoStyle.Core.Errors;

namespace VideoStyle;

/// <summary>The disk clearly does not hold the output; nothing is wrong with the input.</summary>
/// <param name="message">One sentence that names the output.</param>
/// <param name="hint">What to do.</param>
public sealed class DiskFullException(string message, string? hint) : VideoStyleException(ErrorKind.Output, message, hint);
