namespace VideoStyle.Native.Files;

/// <summary>Which names are those of videos.</summary>
public static class VideoNames
{
    private static readonly HashSet<string> Extensions = new(StringComparer.OrdinalIgnoreCase)
    {
        ".3g2", ".3gp", ".asf", ".avi", ".divx", ".dv", ".f4v", ".flv", ".gif", ".m2t", ".m2ts", ".m2v", ".m4v", ".mkv", ".mov",
        ".mp4", ".mpeg", ".mpg", ".mts", ".mxf", ".nut", ".ogm", ".ogv", ".qt", ".rm", ".rmvb", ".ts", ".vob", ".webm", ".wmv", ".y4m",
    };

    /// <summary>Tells whether a file is a video by its extension.</summary>
    /// <param name="name">The name.</param>
    public static bool IsVideo(ReadOnlySpan<char> name) => Extensions.GetAlternateLookup<ReadOnlySpan<char>>().Contains(Path.GetExtension(name));

    /// <summary>Finds the videos of a folder that holds no pictures, in order; numbers in names count as numbers.</summary>
    /// <param name="path">The folder.</param>
    /// <returns>None where it is no folder, or one of pictures. Hidden files and folders below are left out.</returns>
    public static IReadOnlyList<string> In(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!Directory.Exists(path) || Directory.EnumerateFiles(path).Any(ImageSequence.IsReadable))
            return [];
        return [.. Directory.EnumerateFiles(path).Where(name => IsVideo(name) && !Path.GetFileName(name).StartsWith('.')).OrderBy(name => Path.GetFileName(name), NaturalOrder.Instance)];
    }
}
