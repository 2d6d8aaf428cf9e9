using VideoStyle.Native.Files;

namespace VideoStyle.Watch.Scanning;

/// <summary>Which names in a watched folder can be finished videos.</summary>
public static class CandidateNames
{
    /// <summary>The name of the file that sets style and options for the folder it lies in.</summary>
    public const string PresetFile = "videostyle.json";

    // What copy tools, browsers and this tool itself write before a file is complete.
    private static readonly string[] PartialSuffixes =
        [".part", ".partial", ".tmp", ".temp", ".crdownload", ".download", ".filepart", ".aria2", ".!ut", ".swp", "~"];

    /// <summary>Tells whether a file may be looked at.</summary>
    /// <param name="name">The file's name, without its folder.</param>
    /// <returns>False for hidden files, partial files, and names that are not a video's.</returns>
    public static bool IsCandidate(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty || name[0] == '.')
            return false;
        foreach (var suffix in PartialSuffixes)
            if (name.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
                return false;
        return VideoNames.IsVideo(name);
    }

    /// <summary>Tells whether a folder may be entered.</summary>
    /// <param name="name">The folder's name.</param>
    /// <returns>False for hidden folders.</returns>
    public static bool IsEntered(ReadOnlySpan<char> name) => !name.IsEmpty && name[0] != '.';
}
