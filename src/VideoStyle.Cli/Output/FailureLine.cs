using VideoStyle.Cli.Binding;
using VideoStyle.Core.Errors;
using VideoStyle.Native.Media;

namespace VideoStyle.Cli.Output;

/// <summary>Tells of a failure: a sentence and what to type next on standard error, and with JSON an event as well.</summary>
internal static class FailureLine
{
    /// <summary>Tells of a failure whose cause the user can act on.</summary>
    /// <param name="json">Whether events are wanted.</param>
    /// <param name="e">The failure.</param>
    /// <param name="input">The file of a batch that failed, or null.</param>
    /// <returns>The exit code.</returns>
    public static int Write(bool json, VideoStyleException e, string? input = null) =>
        Write(json, ExitCode.For(e.Kind), e.Kind.ToString(), e.Message, e.Hint, input);

    /// <summary>Tells of any failure.</summary>
    /// <returns>The exit code.</returns>
    public static int Write(bool json, int exitCode, string kind, string message, string? hint, string? input = null)
    {
        message = StreamUrl.Shown(OptionNames.Translate(message));
        hint = hint is null ? null : StreamUrl.Shown(OptionNames.Translate(hint));
        input = input is null ? null : StreamUrl.Shown(input);
        if (json)
            JsonLine.Write(new { v = 1, type = "failed", input, kind = kind.ToLowerInvariant(), exitCode, message, hint });
        Console.Error.WriteLine($"videostyle: error: {PrintableText.Line(message)}");
        if (hint is not null)
            Console.Error.WriteLine($"  {PrintableText.Line(hint)}");
        return exitCode;
    }
}
