namespace VideoStyle.Cli;

/// <summary>A command was stopped by a signal and kept what it had done.</summary>
/// <param name="message">What was kept.</param>
/// <param name="hint">How to go on.</param>
internal sealed class InterruptedException(string message, string hint) : OperationCanceledException(message)
{
    /// <summary>Gets how to go on.</summary>
    public string Hint { get; } = hint;
}
