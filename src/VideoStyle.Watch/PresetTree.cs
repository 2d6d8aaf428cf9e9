using VideoStyle.Core.Errors;
using VideoStyle.Core.Options;
using VideoStyle.Native.Files;
using VideoStyle.Watch.Scanning;

namespace VideoStyle.Watch;

/// <summary>Finds the preset that holds for a folder: the one in it, or in the nearest folder above it.</summary>
internal sealed class PresetTree(WatchOptions options)
{
    private readonly Dictionary<string, (FileStamp Stamp, Preset? Preset, string? Problem)> _read = new(StringComparer.Ordinal);

    /// <summary>Reads presets that are new or changed.</summary>
    /// <param name="files">The full paths of all preset files.</param>
    /// <returns>The folders, below the input, for which something has changed.</returns>
    public List<string> Refresh(IReadOnlySet<string> files)
    {
        List<string> changed = [];
        foreach (var gone in _read.Keys.Where(folder => !files.Contains(Path.Combine(options.Folders.Input, folder, CandidateNames.PresetFile))).ToList())
        {
            _read.Remove(gone);
            changed.Add(gone);
        }

        foreach (var file in files)
        {
            var folder = Path.GetRelativePath(options.Folders.Input, Path.GetDirectoryName(file)!);
            folder = folder is "." ? "" : folder;
            if (UnixFile.Stat(file) is not { } stamp || (_read.TryGetValue(folder, out var known) && known.Stamp == stamp))
                continue;
            _read[folder] = Read(file, stamp);
            changed.Add(folder);
        }

        return changed;
    }

    /// <summary>Tells what is to be made of a file.</summary>
    /// <param name="path">Its path below the input folder.</param>
    /// <returns>The styles, none where the file is to be left alone, and a sentence where the preset cannot be used.</returns>
    public (IReadOnlyList<string> Styles, StylerOptions Options, string? Problem) For(string path)
    {
        for (var folder = Path.GetDirectoryName(path); folder is not null; folder = folder.Length == 0 ? null : Path.GetDirectoryName(folder) ?? "")
        {
            if (!_read.TryGetValue(folder, out var entry))
                continue;
            if (entry.Preset is not { } preset)
                return (options.Styles, options.Options, entry.Problem);
            return (preset.Ignore ? [] : preset.Styles ?? options.Styles, OptionCatalog<StylerOptions>.Set(options.Options, preset.Options), Problem: null);
        }

        return (options.Styles, options.Options, Problem: null);
    }

    private static (FileStamp, Preset?, string?) Read(string file, FileStamp stamp)
    {
        try
        {
            return (stamp, Preset.Read(file), null);
        }
        catch (VideoStyleException e)
        {
            return (stamp, null, e.Message);
        }
    }
}
