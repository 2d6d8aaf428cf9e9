using System.Reflection;
using System.Text.RegularExpressions;

namespace VideoStyle.Cli.Output;

/// <summary>Tells of a failure that nobody foresaw in words that a user can read.</summary>
/// <remarks>The name of an exception says nothing to a user; it stands in the details that <c>--verbose</c> prints.</remarks>
internal static partial class UnexpectedFailure
{
    private const string Report = "This is a defect in VideoStyle; add --verbose for the details to report.";

    /// <summary>Finds the words.</summary>
    /// <param name="failure">The failure.</param>
    /// <returns>The exit code, the kind as events name it, one sentence, and what to do.</returns>
    public static (int ExitCode, string Kind, string Message, string Hint) Describe(Exception failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        var cause = failure;
        while (cause is AggregateException or TypeInitializationException or TargetInvocationException && cause.InnerException is { } inner)
            cause = inner;
        var reason = TypeName().IsMatch(cause.Message) ? "" : $": {cause.Message.ReplaceLineEndings(" ").TrimEnd('.')}";
        return cause switch
        {
            OutOfMemoryException => (ExitCode.Runtime, "runtime", "There is not enough memory.", "Try --max-memory or --max-size, or close other programs."),
            IOException or UnauthorizedAccessException => (ExitCode.Output, "output", $"A file could not be read or written{reason}.", "Add --verbose to see where."),
            _ => (ExitCode.Internal, "internal", $"Something happened that should not{reason}.", Report),
        };
    }

    // System.Int32, List`1, NullReferenceException, (Parameter 'index').
    [GeneratedRegex(@"\b(?:System|VideoStyle|TorchSharp)\.[A-Z]|`\d|Exception\b|\(Parameter '", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TypeName();
}
