namespace VideoStyle.Cli.Output;

/// <summary>What is told beside results, warnings and errors: progress, summaries, hints. It goes to standard error, and <c>--quiet</c> silences it.</summary>
internal static class Chatter
{
    /// <summary>Gets or sets whether nothing is told.</summary>
    public static bool IsQuiet { get; set; }

    /// <summary>Gets whether a terminal shows it, so that a line can be written over.</summary>
    public static bool IsLive => !Console.IsErrorRedirected && !IsQuiet;

    /// <summary>Writes a line.</summary>
    public static void WriteLine(string line)
    {
        if (!IsQuiet)
            Console.Error.WriteLine(line);
    }

    /// <summary>Writes a part of a line.</summary>
    public static void Write(string text)
    {
        if (!IsQuiet)
            Console.Error.Write(text);
    }
}
