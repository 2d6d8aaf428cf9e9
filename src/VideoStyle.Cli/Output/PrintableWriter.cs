using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace VideoStyle.Cli.Output;

/// <summary>Writes lines with the control characters in them escaped: whatever a message names, it cannot steer the terminal.</summary>
/// <remarks>Only whole lines are messages. What is written without a line break is a progress bar's or a table's, which steer the terminal themselves.</remarks>
internal sealed class PrintableWriter(TextWriter inner) : TextWriter
{
    /// <inheritdoc />
    public override Encoding Encoding => inner.Encoding;

    /// <summary>Has standard error, and standard output where it is a terminal, escape what they write. A pipe gets paths as they are.</summary>
    public static void Install()
    {
        Console.SetError(new PrintableWriter(Console.Error));
        if (!Console.IsOutputRedirected)
            Console.SetOut(new PrintableWriter(Console.Out));
    }

    /// <inheritdoc />
    public override void Write(char value) => inner.Write(value);

    /// <inheritdoc />
    public override void Write(string? value) => inner.Write(value);

    /// <inheritdoc />
    public override void Write(ReadOnlySpan<char> buffer) => inner.Write(buffer);

    /// <inheritdoc />
    public override void Write(char[] buffer, int index, int count) => inner.Write(buffer, index, count);

    /// <inheritdoc />
    public override void WriteLine(string? value) => inner.WriteLine(PrintableText.Lines(value ?? ""));

    /// <inheritdoc />
    public override void Flush() => inner.Flush();

    /// <inheritdoc />
    [SuppressMessage("Usage", "CA2215", Justification = "the streams of the process stay open")]
    protected override void Dispose(bool disposing)
    {
        // Standard output and error are the process's.
    }
}
