using System.Globalization;
using System.Text.RegularExpressions;
using VideoStyle.Core.Errors;

namespace VideoStyle.Native.Files;

/// <summary>Which files a name means: one, a folder of pictures, a glob, or a numbered pattern such as <c>frame_%05d.png</c>.</summary>
public static partial class ImageSequence
{
    private static readonly string[] Extensions = [".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff"];

    // Read where they lie in a folder, as other tools leave them; never written.
    private static readonly string[] OnlyRead = [".ppm", ".pgm", ".pnm"];

    /// <summary>Tells whether a file is a picture by its extension.</summary>
    /// <param name="path">The name.</param>
    public static bool IsPicture(string path) =>
        Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>Tells whether a name stands for several pictures. A file of that very name always stands for itself.</summary>
    /// <param name="path">A file, folder, glob or numbered pattern.</param>
    public static bool IsSequence(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (File.Exists(path))
            return false;
        return Directory.Exists(path)
            || Path.EndsInDirectorySeparator(path)
            || (IsPicture(path) && (Number().IsMatch(Path.GetFileName(path)) || IsGlob(path)));
    }

    /// <summary>Finds the pictures of a sequence in order; numbers in names count as numbers.</summary>
    /// <param name="path">As for <see cref="IsSequence"/>.</param>
    /// <returns>At least one path.</returns>
    /// <exception cref="VideoStyleException">There is no such picture.</exception>
    public static IReadOnlyList<string> Find(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var folder = Directory.Exists(path) ? path : Path.GetDirectoryName(path) is { Length: > 0 } parent ? parent : ".";
        if (!Directory.Exists(folder))
            throw new VideoStyleException(ErrorKind.Input, $"{folder}: there is no such folder.");
        var names = Directory.EnumerateFiles(folder).Where(IsReadable);
        if (!Directory.Exists(path))
        {
            var pattern = ToRegex(Path.GetFileName(path));
            names = names.Where(name => pattern.IsMatch(Path.GetFileName(name)));
        }

        var found = names.OrderBy(name => Path.GetFileName(name), NaturalOrder.Instance).ToList();
        if (found.Count > 0)
            return found;
        throw VideoNames.In(path) is [var video, ..]
            ? new VideoStyleException(ErrorKind.Input, $"{path}: is a folder of videos, not of pictures.", $"Name one of them: {video}")
            : new VideoStyleException(ErrorKind.Input, $"{path}: there is no such picture.");
    }

    internal static bool IsReadable(string path) => IsPicture(path) || OnlyRead.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>Gives the name of one picture of a numbered pattern.</summary>
    /// <param name="pattern">A name with at most one number such as <c>%05d</c>; a folder becomes <c>frame_%05d.png</c> in it.</param>
    /// <param name="index">The number.</param>
    public static string NameOf(string pattern, long index)
    {
        ArgumentException.ThrowIfNullOrEmpty(pattern);
        if (Directory.Exists(pattern) || Path.EndsInDirectorySeparator(pattern))
            pattern = Path.Combine(pattern, "frame_%05d.png");
        var name = Number().Replace(
            Path.GetFileName(pattern),
            match => index.ToString("D" + Digits(match), CultureInfo.InvariantCulture),
            count: 1
        );
        return Path.Combine(Path.GetDirectoryName(pattern) ?? "", name);
    }

    /// <summary>Tells whether a name holds a number such as <c>%05d</c>.</summary>
    /// <param name="path">The name.</param>
    public static bool IsNumbered(string path) => Number().IsMatch(Path.GetFileName(path) ?? "");

    private static bool IsGlob(string path) => Path.GetFileName(path).AsSpan().ContainsAny('*', '?');

    private static int Digits(Match number) =>
        Math.Clamp(int.TryParse(number.Groups["digits"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var digits) ? digits : 1, 1, 18);

    private static Regex ToRegex(string name)
    {
        var pattern = Regex.Escape(name).Replace("\\*", ".*", StringComparison.Ordinal).Replace("\\?", ".", StringComparison.Ordinal);
        pattern = Number().Replace(pattern, match => $"[0-9]{{{Digits(match)},}}", count: 1);
        return new Regex($"^{pattern}$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, TimeSpan.FromSeconds(1));
    }

    [GeneratedRegex("%0?(?<digits>[0-9]{0,2})d", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Number();
}
