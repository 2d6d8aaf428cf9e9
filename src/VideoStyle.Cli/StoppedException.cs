namespace VideoStyle.Cli;

/// <summary>A command was stopped by a signal and kept what it had done.</summary>
/// <param name="message">One sentence: what was kept.</param>
/// <param name="hint">How to go on, or null.</param>
internal sealed class StoppedException(string message, string? hint = null) : OperationCanceledException(message)
{
    /// <summary>Gets how to go on, or null.</summary>
    public string? Hint { get; } = hint;
}
