namespace VideoStyle.Cli;

/// <summary>A command that ended because of a signal, and what became of its work.</summary>
/// <param name="message">One sentence.</param>
internal sealed class StoppedException(string message) : OperationCanceledException(message);
