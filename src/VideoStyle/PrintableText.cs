using System.Globalization;
using System.Text;

namespace VideoStyle;

/// <summary>Shows text that others chose, such as names of files, so that it can neither steer a terminal nor forge a line of a log.</summary>
internal static class PrintableText
{
    /// <summary>Writes what must not be printed as escapes: a line break as <c>\n</c>, ESC as <c>\x1b</c>, a change of direction as <c>\u202e</c>.</summary>
    /// <param name="text">One line's worth of text.</param>
    public static string Line(string text) => Escape(text, keepLines: false);

    /// <summary>As <see cref="Line"/>, but line breaks and tabs stay.</summary>
    /// <param name="text">Text whose lines are ours.</param>
    public static string Lines(string text) => Escape(text, keepLines: true);

    private static string Escape(string text, bool keepLines)
    {
        if (!text.Any(letter => IsEscaped(letter, keepLines)))
            return text;
        StringBuilder escaped = new(text.Length + 16);
        foreach (var letter in text)
        {
            if (!IsEscaped(letter, keepLines))
                escaped.Append(letter);
            else
                escaped.Append(letter switch
                {
                    '\n' => "\\n",
                    '\r' => "\\r",
                    '\t' => "\\t",
                    < '\x80' => string.Create(CultureInfo.InvariantCulture, $"\\x{(int)letter:x2}"),
                    _ => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}"),
                });
        }

        return escaped.ToString();
    }

    // The marks and overrides of direction make "gpj.exe" look like "exe.jpg". Joiners stay: scripts and emoji need them.
    private static bool IsEscaped(char letter, bool keepLines) =>
        char.IsControl(letter)
            ? !(keepLines && (letter is '\n' or '\t'))
            : letter is '\u061c' or '\u200e' or '\u200f' or (>= '\u2028' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
