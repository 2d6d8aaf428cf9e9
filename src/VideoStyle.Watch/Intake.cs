using VideoStyle.Native.Files;
using VideoStyle.Watch.Scanning;
using VideoStyle.Watch.Store;

namespace VideoStyle.Watch;

/// <summary>Brings what the scan finds into the store once it has come to rest. One thread at a time.</summary>
internal sealed class Intake
{
    private const int PieceLength = 1000;
    private const int LargeTree = 20_000;

    private readonly WatchOptions _options;
    private readonly JobStore _store;
    private readonly Action<WatchEvent> _report;
    private readonly FolderScan _scan;
    private readonly PresetTree _presets;
    private readonly SourceAccess _files;
    private readonly Readiness _readiness;
    private readonly HashSet<string> _waiting = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _sighted = new(StringComparer.Ordinal); // path and what was written of it
    private readonly HashSet<string> _held = new(StringComparer.Ordinal);

    /// <summary>Starts from what the store knows.</summary>
    public Intake(WatchOptions options, JobStore store, PresetTree presets, TimeProvider time, Action<WatchEvent> report)
    {
        (_options, _store, _presets, _report) = (options, store, presets, report);
        _scan = new FolderScan(options.Folders);
        _files = new SourceAccess(options);
        _readiness = new Readiness(options.Settle, time);
        foreach (var (path, _, stamp, state) in store.Known())
            if (state is not (JobState.Found or JobState.Settling))
                _scan.MarkKnown(path, stamp);
    }

    /// <summary>Gets the number of files that have not come to rest; those that wait for a person, a marker or content are not among them.</summary>
    public int Settling => _readiness.Count;

    /// <summary>Gets the number of files that are not taken until their preset, or they themselves, are put right.</summary>
    public int HeldBack => _held.Count;

    /// <summary>Gets the number of videos in the tree.</summary>
    public int Files => _scan.Files;

    /// <summary>Looks through the whole tree.</summary>
    public void ScanAll()
    {
        var unsettled = _store.Unsettled();
        foreach (var path in unsettled)
            _scan.Forget(path);
        var found = _scan.All();
        _waiting.Clear();
        _waiting.UnionWith(found);
        if (Directory.Exists(_options.Folders.Input))
            foreach (var path in unsettled.Where(path => !_waiting.Contains(path)))
                _store.Vanish(path);
        _readiness.KeepOnly(_waiting.Contains);
        foreach (var path in _sighted.Keys.Where(path => !_waiting.Contains(path)).ToList())
            _sighted.Remove(path);
        TakeUpPresets();
    }

    /// <summary>Looks into folders in which something happened.</summary>
    /// <param name="folders">Paths below the input folder.</param>
    public void ScanFolders(IEnumerable<string> folders)
    {
        foreach (var folder in folders)
            _waiting.UnionWith(_scan.Folder(folder));
        TakeUpPresets();
    }

    // What an edited preset decides anew is found at once: a full look may be minutes away.
    private void TakeUpPresets()
    {
        _presets.BeginLook();
        _presets.LookInto(_scan.Presets.Select(file => Path.GetRelativePath(_options.Folders.Input, Path.GetDirectoryName(file)!) is var folder and not "." ? folder : ""));
        foreach (var folder in _presets.TakeChanged())
        {
            _scan.ForgetFolder(folder);
            _waiting.UnionWith(_scan.Tree(folder));
        }
    }

    /// <summary>Has the next look find a file anew.</summary>
    public void Forget(string path)
    {
        _scan.Forget(path);
        _waiting.Add(path);
    }

    /// <summary>Looks at every file that has not come to rest, and queues those that have.</summary>
    /// <returns>The number of files that were queued.</returns>
    public int LookAtWaiting()
    {
        if (_waiting.Count == 0)
            return 0;
        _presets.BeginLook();
        var count = _waiting.Count;
        var queued = LookAtPieces();
        if (count > LargeTree)
            GiveMemoryBack();
        return queued;
    }

    // In pieces, so that others who use the store need not wait for all of a large tree.
    private int LookAtPieces()
    {
        var queued = 0;
        var sinceCollection = 0;
        foreach (var piece in _waiting.ToList().Chunk(PieceLength))
        {
            _store.Batch(() => queued += piece.Count(LookAt));
            if ((sinceCollection += piece.Length) > LargeTree)
            {
                GiveMemoryBack();
                sinceCollection = 0;
            }
        }

        return queued;
    }

    // The first look at a large tree leaves hundreds of megabytes of short texts, and a watcher at rest would never be
    // asked to collect them.
    private void GiveMemoryBack()
    {
        _waiting.TrimExcess();
        _sighted.TrimExcess();
        _readiness.TrimExcess();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    private bool LookAt(string path)
    {
        var full = Path.Combine(_options.Folders.Input, path);
        if (UnixFile.Stat(full) is not { } stamp)
        {
            LookAtAbsent(path);
            return false;
        }

        var choice = _presets.For(path);
        var styles = choice.Styles;
        if ((choice.Problem ?? _files.Refusal(full)) is { } problem)
        {
            // Not looked at every second: an edit of the preset or a scan finds it anew.
            Sight(path, styles, stamp, JobState.Found, problem);
            _held.Add(path);
            _waiting.Remove(path);
            return false;
        }

        _held.Remove(path);

        var marker = _options.ReadyMarker is { } suffix ? full + suffix : null;
        if (marker is not null && !File.Exists(marker))
        {
            Sight(path, styles, stamp, JobState.Found, $"waits for {Path.GetFileName(marker)}");
            return false;
        }

        if (marker is null || stamp.Size == 0)
        {
            if (!_readiness.Observe(path, stamp))
            {
                Sight(path, styles, stamp, JobState.Settling, stamp.Size == 0 ? "is empty so far" : "is watched until it has come to rest");
                return false;
            }
        }

        return stamp.Size == 0 ? GiveUpEmpty(path, styles, stamp) : Offer(path, choice, stamp);
    }

    // Its content may still come; the scan sees it then, because its size changes.
    private bool GiveUpEmpty(string path, IReadOnlyList<string> styles, FileStamp stamp)
    {
        const string Reason = "is empty; it is taken when it has content";
        foreach (var style in styles)
            _store.Sight(path, style, OutputFor(path, style), stamp, JobState.Found, Reason);
        _scan.MarkKnown(path, stamp);
        Drop(path);
        _report(new WatchEvent("warning", Job: null, $"{path}: {Reason}"));
        return false;
    }

    // An input folder that is called like one of ours in the output folder must not be painted into it.
    private string OutputFor(string path, string style)
    {
        var output = OutputNaming.For(path, style);
        return _options.IsReserved(output) ? Path.Combine($"{output.Split('/')[0]}~in", output[(output.IndexOf('/', StringComparison.Ordinal) + 1)..]) : output;
    }

    private bool Offer(string path, PresetChoice choice, FileStamp stamp)
    {
        var queued = false;
        foreach (var style in choice.Styles)
            queued |= _store.Offer(path, style, OutputFor(path, style), stamp, choice.Options);
        _store.KeepOnly(path, choice.Styles);
        if (choice.IsPreset)
            _store.Drop(path, choice.Styles);
        _scan.MarkKnown(path, stamp);
        Drop(path);
        if (queued)
            _report(new WatchEvent("queued", Job: null, path));
        return queued;
    }

    private void LookAtAbsent(string path)
    {
        // A name that is no UTF-8 shows as one with U+FFFD, under which there is no file.
        const string Reason = "its name is not valid UTF-8, so it cannot be opened; rename it";
        if (path.Contains('\uFFFD', StringComparison.Ordinal) && Directory.Exists(_options.Folders.Input))
        {
            _readiness.Forget(path);
            _waiting.Remove(path);
            if (!_sighted.TryAdd(path, Reason))
                return;
            _store.Reject(path, _options.Styles[0], Reason);
            _report(new WatchEvent("warning", Job: null, $"{path}: {Reason}"));
            return;
        }

        _held.Remove(path);
        _store.Vanish(path);
        Drop(path);
    }

    private void Sight(string path, IReadOnlyList<string> styles, FileStamp stamp, JobState state, string reason)
    {
        // Once is enough for people to see it; a file that grows for hours must not write a row every second.
        if (_sighted.TryGetValue(path, out var written) && string.Equals(written, reason, StringComparison.Ordinal))
            return;
        _sighted[path] = reason;
        foreach (var style in styles)
            _store.Sight(path, style, OutputFor(path, style), stamp, state, reason);
    }

    private void Drop(string path)
    {
        _waiting.Remove(path);
        _sighted.Remove(path);
        _readiness.Forget(path);
    }
}
