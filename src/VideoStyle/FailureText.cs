using System.Reflection;
using System.Text.RegularExpressions;

namespace VideoStyle;

/// <summary>Tells of a failure that nobody foresaw in words that a user can read.</summary>
/// <remarks>The name of an exception says nothing to a user.</remarks>
internal static partial class FailureText
{
    /// <summary>Finds what the wrappers of the runtime hide.</summary>
    public static Exception CauseOf(Exception failure)
    {
        while (failure is AggregateException or TypeInitializationException or TargetInvocationException && failure.InnerException is { } inner)
            failure = inner;
        return failure;
    }

    /// <summary>Writes one sentence on one line; names of types in a message are left out with it.</summary>
    public static string Of(Exception failure)
    {
        var cause = CauseOf(failure);
        var reason = TypeName().IsMatch(cause.Message) ? "" : $": {cause.Message.ReplaceLineEndings(" ").TrimEnd('.')}";
        return cause switch
        {
            OutOfMemoryException => "There is not enough memory.",
            IOException or UnauthorizedAccessException => $"A file could not be read or written{reason}.",
            _ => $"Something happened that should not{reason}.",
        };
    }

    // System.Int32, List`1, NullReferenceException, (Parameter 'index').
    [GeneratedRegex(@"\b(?:System|VideoStyle|TorchSharp)\.[A-Z]|`\d|Exception\b|\(Parameter '", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TypeName();
}
