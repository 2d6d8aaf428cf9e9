using System.Security.Cryptography;
using System.Text;

namespace VideoStyle.Watch;

/// <summary>Where the painting of a watched file goes: the same place in the output tree, with the style in its name.</summary>
public static class OutputNaming
{
    private const int LongestName = 255; // bytes, on every common Linux file system

    /// <summary>Names the output.</summary>
    /// <param name="source">The source's path below the input folder.</param>
    /// <param name="style">A style's name, or the path of its model.</param>
    /// <returns>
    /// The path below the output folder: <c>a/b.mp4</c> becomes <c>a/b.starry_night.mp4</c>. A container that we do not
    /// write becomes Matroska and keeps its extension in the name, so that <c>b.avi</c> and <c>b.wmv</c> stay apart.
    /// </returns>
    public static string For(string source, string style)
    {
        ArgumentException.ThrowIfNullOrEmpty(source);
        ArgumentException.ThrowIfNullOrEmpty(style);
        var name = Path.GetFileName(source);
        var extension = Path.GetExtension(name);
        var written = extension.ToUpperInvariant() is ".MP4" or ".MKV" or ".MOV" or ".M4V" or ".WEBM";
        var stem = written ? Path.GetFileNameWithoutExtension(name) : name;
        var ending = $".{Path.GetFileNameWithoutExtension(style)}{(written ? extension : ".mkv")}";
        return Path.Combine(Path.GetDirectoryName(source) ?? "", Shorten(stem, ending, name));
    }

    // The digest keeps two long names apart that differ only at the end.
    private static string Shorten(string stem, string ending, string name)
    {
        if (Encoding.UTF8.GetByteCount(stem + ending) <= LongestName)
            return stem + ending;
        var digest = "~" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 5));
        var room = LongestName - Encoding.UTF8.GetByteCount(digest + ending);
        var kept = new StringBuilder();
        foreach (var rune in stem.EnumerateRunes())
        {
            room -= rune.Utf8SequenceLength;
            if (room < 0)
                break;
            kept.Append(rune);
        }

        return kept + digest + ending;
    }
}
