namespace VideoStyle.Cli.Output;

/// <summary>Maps a failure that nobody foresaw to an exit code and to what to do about it.</summary>
/// <remarks>The name of an exception stands in the details that <c>--verbose</c> prints.</remarks>
internal static class UnexpectedFailure
{
    private const string Report = "This is a defect in VideoStyle; add --verbose for the details to report.";

    /// <summary>Finds the words.</summary>
    /// <param name="failure">The failure.</param>
    /// <returns>The exit code, the kind as events name it, one sentence, and what to do.</returns>
    public static (int ExitCode, string Kind, string Message, string Hint) Describe(Exception failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        var message = FailureText.Of(failure);
        return FailureText.CauseOf(failure) switch
        {
            OutOfMemoryException => (ExitCode.Runtime, "runtime", message, "Try --max-memory or --max-size, or close other programs."),
            IOException or UnauthorizedAccessException => (ExitCode.Output, "output", message, "Add --verbose to see where."),
            _ => (ExitCode.Internal, "internal", message, Report),
        };
    }
}
