using VideoStyle.Core.Errors;
using VideoStyle.Native.Files;
using VideoStyle.Watch.Scanning;

namespace VideoStyle.Watch;

/// <summary>Finds the preset that holds for a folder: the one in it, or in the nearest folder above it.</summary>
/// <remarks>
/// A preset is looked for where it would lie, each time a file is about to be queued or begun: a scan of a large tree may come
/// to a folder's videos long before its preset. May be used by several threads.
/// </remarks>
internal sealed class PresetTree(WatchOptions options)
{
    private readonly Dictionary<string, (FileStamp? Stamp, Preset? Preset, string? Problem)> _read = new(StringComparer.Ordinal);
    private readonly HashSet<string> _looked = new(StringComparer.Ordinal);
    private readonly HashSet<string> _changed = new(StringComparer.Ordinal);
    private readonly PresetAccess _access = new(options);
    private readonly SourceAccess _files = new(options);
    private readonly Lock _gate = new();

    /// <summary>Begins a look at many files, in which each folder's preset is looked for once.</summary>
    public void BeginLook()
    {
        lock (_gate)
            _looked.Clear();
    }

    /// <summary>Looks for presets that are new, changed or gone.</summary>
    /// <param name="folders">Folders below the input in which one was seen; those in which one was known are looked at as well.</param>
    public void LookInto(IEnumerable<string> folders)
    {
        lock (_gate)
            foreach (var folder in folders.Concat(_read.Keys).ToList())
                Look(folder);
    }

    /// <summary>Takes the folders, below the input, whose presets have changed since this was last asked.</summary>
    public List<string> TakeChanged()
    {
        lock (_gate)
        {
            List<string> changed = [.. _changed];
            _changed.Clear();
            return changed;
        }
    }

    /// <summary>Tells what is to be made of a file.</summary>
    /// <param name="path">Its path below the input folder.</param>
    /// <param name="now">Whether to look for presets even where this look has done so.</param>
    public PresetChoice For(string path, bool now = false)
    {
        lock (_gate)
        {
            for (var folder = Path.GetDirectoryName(path); folder is not null; folder = folder.Length == 0 ? null : Path.GetDirectoryName(folder) ?? "")
            {
                if (now | _looked.Add(folder))
                    Look(folder);
                if (!_read.TryGetValue(folder, out var entry))
                    continue;
                return entry.Preset is { } preset
                    ? new PresetChoice(preset.Ignore ? [] : preset.Styles ?? options.Styles, OptionCatalog<StylerOptions>.Set(options.Options, preset.Options), IsPreset: true)
                    : new PresetChoice(options.Styles, options.Options, IsPreset: true, entry.Problem);
            }

            return new PresetChoice(options.Styles, options.Options, IsPreset: false);
        }
    }

    private void Look(string folder)
    {
        var file = Path.Combine(options.Folders.Input, folder, CandidateNames.PresetFile);
        var stamp = UnixFile.Stat(file);
        var isKnown = _read.TryGetValue(folder, out var known);
        if (stamp is null && UnixFile.KindOf(file, followLinks: false) is null)
        {
            if (_read.Remove(folder))
                _changed.Add(folder);
        }
        else if (!isKnown || known.Stamp != stamp)
        {
            _read[folder] = Read(file, stamp);
            _changed.Add(folder);
        }
    }

    private (FileStamp?, Preset?, string?) Read(string file, FileStamp? stamp)
    {
        try
        {
            return (stamp, _access.Admit(file, Preset.Parse(file, _files.ReadAllBytes(file, Preset.MaxBytes))), null);
        }
        catch (VideoStyleException e)
        {
            return (stamp, null, e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (stamp, null, $"{file}: cannot be read ({e.Message.TrimEnd('.')}).");
        }
    }
}
