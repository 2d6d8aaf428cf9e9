using System.IO.Enumeration;
using VideoStyle.Native.Files;

namespace VideoStyle.Watch.Scanning;

/// <summary>Looks through a tree for files that are new or changed since they were last dealt with.</summary>
/// <remarks>
/// A look costs one system call for each file and allocates nothing for those that are known, so a tree of hundreds of
/// thousands of files can be looked through often. Folders that are links are not entered: a loop of them has no end.
/// Not thread-safe.
/// </remarks>
public sealed class FolderScan
{
    private const long NanosecondsPerTick = 100;

    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false };

    private readonly WatchedFolders _folders;
    private readonly Dictionary<string, Dictionary<string, (long Size, long ModifiedTicks)>> _known = new(StringComparer.Ordinal);

    /// <summary>Creates a scan that knows no file.</summary>
    /// <param name="folders">What is watched and what is left out.</param>
    public FolderScan(WatchedFolders folders)
    {
        ArgumentNullException.ThrowIfNull(folders);
        _folders = folders;
    }

    /// <summary>Gets the number of videos that the last full scan saw.</summary>
    public int Files { get; private set; }

    private int _files;

    /// <summary>Gets the full paths of the preset files that were seen.</summary>
    public IReadOnlySet<string> Presets => _presets;

    private readonly HashSet<string> _presets = new(StringComparer.Ordinal);

    /// <summary>Takes note that a file was dealt with as it is.</summary>
    /// <param name="path">Its path below the input folder.</param>
    /// <param name="stamp">What it looks like.</param>
    public void MarkKnown(string path, FileStamp stamp)
    {
        var folder = Path.GetDirectoryName(path) ?? "";
        if (!_known.TryGetValue(folder, out var files))
            _known[folder] = files = new(StringComparer.Ordinal);
        files[Path.GetFileName(path)] = (stamp.Size, stamp.Modified / NanosecondsPerTick);
    }

    /// <summary>Forgets a file, so that the next look finds it anew.</summary>
    /// <param name="path">Its path below the input folder.</param>
    public void Forget(string path)
    {
        if (_known.TryGetValue(Path.GetDirectoryName(path) ?? "", out var files))
            files.Remove(Path.GetFileName(path));
    }

    /// <summary>Forgets every file in and below a folder.</summary>
    /// <param name="folder">Its path below the input folder.</param>
    public void ForgetFolder(string folder)
    {
        foreach (var known in _known.Keys.Where(k => folder.Length == 0 || k.Equals(folder, StringComparison.Ordinal) || k.StartsWith(folder + "/", StringComparison.Ordinal)).ToList())
            _known.Remove(known);
    }

    /// <summary>Looks through the whole tree.</summary>
    /// <returns>The paths, below the input folder, of files that are new or changed.</returns>
    public IReadOnlyList<string> All()
    {
        _files = 0;
        _presets.Clear();
        var found = Below("", recurse: true);
        Files = _files;
        return found;
    }

    /// <summary>Looks through one folder, and below those of its folders that are new.</summary>
    /// <param name="folder">Its path below the input folder; one that is gone holds nothing.</param>
    public IReadOnlyList<string> Folder(string folder) => Below(folder, recurse: false);

    /// <summary>Looks through one folder and all below it.</summary>
    /// <param name="folder">Its path below the input folder; one that is gone holds nothing.</param>
    public IReadOnlyList<string> Tree(string folder) => Below(folder, recurse: true);

    private List<string> Below(string start, bool recurse)
    {
        List<string> found = [];
        Stack<string> waiting = new([start]);
        while (waiting.TryPop(out var folder))
        {
            var full = Path.Combine(_folders.Input, folder);
            if (_folders.IsExcluded(full))
                continue;
            try
            {
                LookInto(folder, full, found, waiting, recurse);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Gone meanwhile, or not ours to read; the next look tells.
            }
        }

        return found;
    }

    private void LookInto(string folder, string full, List<string> found, Stack<string> waiting, bool recurse)
    {
        _known.TryGetValue(folder, out var known);
        FileSystemEnumerable<string?> entries = new(full, (ref FileSystemEntry entry) => Look(ref entry, folder, known), Everything);
        foreach (var entry in entries)
        {
            if (entry is null)
                continue;
            if (entry[^1] == '/')
            {
                var below = entry.TrimEnd('/');
                if (recurse || !_known.ContainsKey(below))
                    waiting.Push(below);
            }
            else
            {
                found.Add(entry);
            }
        }
    }

    // A path to deal with, one that ends in a slash for a folder to enter, or null.
    private string? Look(ref FileSystemEntry entry, string folder, Dictionary<string, (long Size, long ModifiedTicks)>? known)
    {
        var isLink = entry.Attributes.HasFlag(FileAttributes.ReparsePoint);
        if (entry.IsDirectory)
            return isLink || !CandidateNames.IsEntered(entry.FileName) ? null : Path.Combine(folder, entry.FileName.ToString()) + "/";
        if (entry.FileName is CandidateNames.PresetFile)
            _presets.Add(entry.ToFullPath());
        if (!CandidateNames.IsCandidate(entry.FileName))
            return null;
        _files++;
        // A link has a size and time of its own, which say nothing of the video.
        if (!isLink
            && known is not null
            && known.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(entry.FileName, out var stamp)
            && stamp == (entry.Length, (entry.LastWriteTimeUtc.UtcDateTime - DateTime.UnixEpoch).Ticks))
            return null;
        return Path.Combine(folder, entry.FileName.ToString());
    }
}
