using System.Security.Cryptography;
using System.Text;
using VideoStyle.Native.Files;
using VideoStyle.Watch.Scanning;

namespace VideoStyle.Watch;

/// <summary>Where the painting of a watched file goes: the same place in the output tree, with the style in its name.</summary>
public static class OutputNaming
{
    private const int DigestBytes = 5;

    /// <summary>Names the output.</summary>
    /// <param name="source">The source's path below the input folder.</param>
    /// <param name="style">A style's name, or the path of its model.</param>
    /// <returns>
    /// The path below the output folder: <c>a/b.mp4</c> becomes <c>a/b.starry_night.mp4</c>. A container that we do not
    /// write becomes Matroska and keeps its extension in the name, so that <c>b.avi</c>, <c>b.wmv</c> and <c>b.avi.mkv</c>
    /// stay apart. What still meets, such as two styles of one file name, <see cref="Distinct"/> tells apart.
    /// </returns>
    public static string For(string source, string style)
    {
        ArgumentException.ThrowIfNullOrEmpty(source);
        ArgumentException.ThrowIfNullOrEmpty(style);
        var name = Path.GetFileName(source);
        var extension = Path.GetExtension(name);
        var stem = Path.GetFileNameWithoutExtension(name);
        var written = IsWritten(extension);
        var kept = !written || (extension.Equals(".mkv", StringComparison.OrdinalIgnoreCase) && CandidateNames.IsCandidate(stem) && !IsWritten(Path.GetExtension(stem)));
        var ending = $".{Path.GetFileNameWithoutExtension(style)}{(written ? extension : ".mkv")}";
        return Path.Combine(Path.GetDirectoryName(source) ?? "", Shorten(kept ? name : stem, ending, Digest(name)));
    }

    /// <summary>Names the output of a source whose own name is taken.</summary>
    /// <param name="output">What <see cref="For"/> gave.</param>
    /// <param name="source">The source's path below the input folder.</param>
    /// <param name="style">A style's name, or the path of its model.</param>
    /// <param name="attempt">From 0; counts up while that name is taken as well.</param>
    /// <returns><c>a/b.starry_night~1f0a93c4d2.mp4</c>: the same for the same source, style and attempt.</returns>
    public static string Distinct(string output, string source, string style, int attempt)
    {
        ArgumentException.ThrowIfNullOrEmpty(output);
        return Numbered(output, Digest($"{source}\0{style}\0{attempt}"));
    }

    /// <summary>Puts something before the extension of a name that is taken, and keeps the name short enough.</summary>
    internal static string Numbered(string path, string number)
    {
        var ending = $"~{number}{Path.GetExtension(path)}";
        return Path.Combine(Path.GetDirectoryName(path) ?? "", Shorten(Path.GetFileNameWithoutExtension(path), ending, Digest(path)));
    }

    /// <summary>Adds something behind a name, and keeps the name short enough.</summary>
    internal static string Shortened(string path, string ending) =>
        Path.Combine(Path.GetDirectoryName(path) ?? "", Shorten(Path.GetFileName(path), ending, Digest(path)));

    /// <summary>Gives what two outputs have in common that would be one file, also where the file system ignores case.</summary>
    internal static string KeyOf(string output) => output.ToUpperInvariant();

    private static bool IsWritten(string extension) => extension.ToUpperInvariant() is ".MP4" or ".MKV" or ".MOV" or ".M4V" or ".WEBM";

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, DigestBytes));

    // The digest keeps two long names apart that differ only at the end.
    private static string Shorten(string stem, string ending, string digest)
    {
        if (Encoding.UTF8.GetByteCount(stem + ending) <= OutputTarget.LongestName)
            return stem + ending;
        var room = OutputTarget.LongestName - Encoding.UTF8.GetByteCount($"~{digest}{ending}");
        var kept = new StringBuilder();
        foreach (var rune in stem.EnumerateRunes())
        {
            room -= rune.Utf8SequenceLength;
            if (room < 0)
                break;
            kept.Append(rune);
        }

        return $"{kept}~{digest}{ending}";
    }
}
