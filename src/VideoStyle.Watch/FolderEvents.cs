namespace VideoStyle.Watch;

/// <summary>Collects the folders in which the system reports a change. A hint only: the scan is the truth.</summary>
/// <remarks>Shares and bind mounts report nothing, a burst overflows, watches run out: all of that ends in a full scan.</remarks>
internal sealed class FolderEvents : IDisposable
{
    private const int MaxFolders = 1000;

    private readonly string _root;
    private readonly TimeProvider _time;
    private readonly HashSet<string> _changed = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly Lock _gate = new();
    private FileSystemWatcher? _watcher;
    private bool _overflowed;

    /// <summary>Starts listening, where that is possible.</summary>
    /// <param name="root">The folder whose tree is listened to.</param>
    /// <param name="time">The clock of <see cref="WaitAsync"/>.</param>
    public FolderEvents(string root, TimeProvider time)
    {
        (_root, _time) = (root, time);
        Listen();
    }

    /// <summary>Gets whether changes are reported at all: shares take a watcher and never say a word.</summary>
    public bool AreReported => _watcher is not null && !IsShare(_root);

    /// <summary>Waits for an event, but no longer than a time.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task WaitAsync(TimeSpan longest, CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = new(longest, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        await _wake.WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Takes the folders in which something happened, as paths below the root.</summary>
    /// <returns>Null where only a full scan can tell.</returns>
    public List<string>? Take()
    {
        lock (_gate)
        {
            List<string>? folders = _overflowed ? null : [.. _changed];
            _overflowed = false;
            _changed.Clear();
            return folders;
        }
    }

    /// <summary>Listens anew, after the root has been away.</summary>
    public void Listen()
    {
        _watcher?.Dispose();
        _watcher = null;
        try
        {
            _watcher = new FileSystemWatcher(_root)
            {
                IncludeSubdirectories = true,
                InternalBufferSize = 1 << 16,
                NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Size,
            };
            _watcher.Created += OnEvent;
            _watcher.Changed += OnEvent;
            _watcher.Renamed += OnEvent;
            _watcher.Error += (_, _) => Overflow();
            _watcher.EnableRaisingEvents = true;
        }
        catch (Exception e) when (e is IOException or ArgumentException or UnauthorizedAccessException)
        {
            _watcher?.Dispose();
            _watcher = null;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _watcher?.Dispose();
        _wake.Dispose();
    }

    private static bool IsShare(string folder)
    {
        try
        {
            var format = new DriveInfo(folder).DriveFormat;
            return Array.Exists(["nfs", "cifs", "smb", "9p", "fuse", "virtiofs", "vboxsf", "sshfs", "ceph", "gluster", "afs"],
                share => format.StartsWith(share, StringComparison.OrdinalIgnoreCase));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    private void OnEvent(object sender, FileSystemEventArgs e)
    {
        var folder = Path.GetDirectoryName(Path.GetRelativePath(_root, e.FullPath)) ?? "";
        lock (_gate)
        {
            _overflowed |= _changed.Count >= MaxFolders;
            if (!_overflowed)
                _changed.Add(folder);
        }

        Wake();
    }

    private void Overflow()
    {
        lock (_gate)
            _overflowed = true;
        Wake();
    }

    private void Wake()
    {
        try
        {
            if (_wake.CurrentCount == 0)
                _wake.Release();
        }
        catch (Exception e) when (e is SemaphoreFullException or ObjectDisposedException)
        {
            // Awake already, or over.
        }
    }
}
