using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using VideoStyle.Native.Files;
using VideoStyle.Watch.Hooks;
using VideoStyle.Watch.Store;

namespace VideoStyle.Watch;

/// <summary>Watches a folder and has what is dropped into it converted.</summary>
/// <remarks>Three loops side by side: one looks at the folder, some convert, one delivers events. They meet in the store only.</remarks>
internal sealed class WatchService : IDisposable
{
    // A scan may take this share of the time, so that a large tree costs little while nothing happens in it.
    private const double ScanShare = 0.005;
    private static readonly TimeSpan LongestPauseWithEvents = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LongestPauseWithout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan EventPause = TimeSpan.FromMilliseconds(200);

    private readonly WatchOptions _options;
    private readonly JobStore _store;
    private readonly TimeProvider _time;
    private readonly Action<WatchEvent> _report;
    private readonly FolderHealth _health;
    private readonly JobRunner _runner;
    private readonly HookSender _hooks;
    private readonly Intake _intake;
    private readonly LeaseWatch _leases;
    private readonly ConcurrentQueue<string> _lookAgain = new();
    private readonly ConcurrentQueue<Job> _orphans = new();
    private readonly Lock _claiming = new();
    private int _busy;
    private bool _isAlone;
    private volatile bool _settled;

    /// <summary>Creates a watcher.</summary>
    /// <param name="options">How it works.</param>
    /// <param name="store">The queue; not disposed here.</param>
    /// <param name="converter">Converts.</param>
    /// <param name="time">The clock.</param>
    /// <param name="report">Told what happens, from several threads.</param>
    /// <exception cref="Core.Errors.VideoStyleException">The queue belongs to other folders, or the output folder to another queue (Usage).</exception>
    public WatchService(WatchOptions options, JobStore store, IVideoConverter converter, TimeProvider time, Action<WatchEvent> report)
    {
        (_options, _store, _time, _report) = (options, store, time, report);
        foreach (var note in StoreBinding.Claim(options, store))
            report(new WatchEvent("warning", Job: null, note));
        foreach (var folder in (string[])[Path.Combine(options.StateFolder, "thumbnails"), options.WorkParent])
        {
            // Unfinished work and pictures of videos that only some may read.
            Directory.CreateDirectory(folder);
            UnixFile.SetMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        _health = new FolderHealth(options.Folders, options.StateFolder, options.MinFree.Bytes);
        PresetTree presets = new(options);
        _runner = new JobRunner(options, store, presets, converter, _health, time, report);
        _hooks = new HookSender(options, store, time, report);
        _intake = new Intake(options, store, presets, time, report);
        _leases = new LeaseWatch(options.LeasePatience, time);
    }

    /// <summary>Gets why nothing is begun at the moment, or null.</summary>
    public string? Problem { get; private set; }

    /// <summary>Gets the number of videos in the tree.</summary>
    public int Files { get; private set; }

    /// <summary>Gets the number of videos that are not taken until their preset, or they themselves, are put right.</summary>
    public int HeldBack { get; private set; }

    /// <summary>Gets how long the last look at the whole tree took.</summary>
    public TimeSpan ScanTime { get; private set; }

    /// <summary>Gets when the folder was last looked at; a service whose look is old hangs.</summary>
    public DateTimeOffset LastLook { get; private set; }

    /// <summary>Gets how long ago that was.</summary>
    public TimeSpan SinceLastLook => _time.GetUtcNow() - LastLook;

    /// <summary>Works until cancelled, or with <see cref="WatchOptions.Once"/> until all that is there was dealt with.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; running jobs went back to the queue with their work kept.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        List<Task> loops = [LookLoopAsync(over), HookLoopAsync(over.Token)];
        for (var i = 0; i < _options.Jobs; i++)
            loops.Add(WorkLoopAsync(over.Token));
        try
        {
            await (await Task.WhenAny(loops).ConfigureAwait(false)).ConfigureAwait(false);
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(loops).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <inheritdoc />
    public void Dispose() => _hooks.Dispose();

    private async Task LookLoopAsync(CancellationTokenSource over)
    {
        using FolderEvents events = new(_options.Folders.Input, _time);
        var nextScan = _time.GetTimestamp();
        await GuardAsync(() => WorkFolders.Sweep(_options, _store), over.Token).ConfigureAwait(false);
        if (_options.Once)
            await GuardAsync(_store.ForgetFailures, over.Token).ConfigureAwait(false); // who starts it again wants another try
        while (!over.IsCancellationRequested)
        {
            var healthy = await GuardAsync(() => Look(events, ref nextScan), over.Token).ConfigureAwait(false);
            if (healthy && _options.Once && IsIdle())
            {
                await GuardAsync(() => WorkFolders.Sweep(_options, _store), over.Token).ConfigureAwait(false);
                await over.CancelAsync().ConfigureAwait(false);
                return;
            }

            await events.WaitAsync(_options.Poll, over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            // A copy fires hundreds of events a second; one look for all of them is enough.
            await Task.Delay(EventPause < _options.Poll ? EventPause : _options.Poll, _time, over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Look(FolderEvents events, ref long nextScan)
    {
        LastLook = _time.GetUtcNow();
        TakeBackLostJobs();
        for (; _orphans.TryPeek(out var job); _orphans.TryDequeue(out _))
            _store.Return(job.Id, LeaseOwner.Current, JobState.Queued, "how it ended could not be written down", TimeSpan.Zero);
        var problem = _health.Problem(thorough: Problem is not null);
        if (!string.Equals(problem, Problem, StringComparison.Ordinal))
            _report(new WatchEvent(problem is null ? "resumed" : "waiting", Job: null, problem ?? "all folders are well again"));
        var wasAway = Problem is not null && problem is null;
        Problem = problem;
        if (!Directory.Exists(_options.Folders.Input))
            return; // a folder that is gone says nothing of the files that were in it
        if (wasAway)
            events.Listen();

        while (_lookAgain.TryDequeue(out var path))
            _intake.Forget(path);
        var changed = events.Take();
        if (changed is null || wasAway || _time.GetTimestamp() >= nextScan)
        {
            var begin = _time.GetTimestamp();
            _intake.ScanAll();
            ScanTime = _time.GetElapsedTime(begin);
            Files = _intake.Files;
            var pause = ScanTime / ScanShare;
            var longest = events.AreReported ? LongestPauseWithEvents : LongestPauseWithout;
            pause = pause < _options.Poll ? _options.Poll : pause > longest ? longest : pause;
            nextScan = _time.GetTimestamp() + (long)(pause.TotalSeconds * _time.TimestampFrequency);
        }
        else
        {
            _intake.ScanFolders(changed);
        }

        _intake.LookAtWaiting();
        HeldBack = _intake.HeldBack;
        _settled = _intake.Settling == 0;
    }

    private void TakeBackLostJobs()
    {
        var running = _store.Running();
        _leases.KeepOnly(running.Select(job => job.Id).ToHashSet());
        foreach (var job in running)
        {
            if (job.Owner is not { } owner || string.Equals(owner, LeaseOwner.Current, StringComparison.Ordinal))
                continue;
            if (!_leases.IsLost(job.Id, owner, job.Beat, LeaseOwner.IsAlive(owner)))
                continue;
            _store.TakeBack(job.Id, owner, job.Beat, _options.Retry.FirstPause);
            _report(new WatchEvent("returned", job, "its worker is gone"));
        }
    }

    private async Task WorkLoopAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            if (!MayBegin() || await ClaimAsync(cancellationToken).ConfigureAwait(false) is not { } job)
            {
                await Task.Delay(_options.Poll / 2, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                continue;
            }

            try
            {
                if (await _runner.RunAsync(job, cancellationToken).ConfigureAwait(false))
                    _lookAgain.Enqueue(job.Path);
            }
            catch (Exception e) when (e is not SqliteException s || JobStore.IsTransient(s))
            {
                _report(new WatchEvent("warning", job, $"could not be let go yet: {e.Message.ReplaceLineEndings(" ")}"));
                _orphans.Enqueue(job);
            }
            finally
            {
                lock (_claiming)
                    (_busy, _isAlone) = (_busy - 1, false);
            }
        }
    }

    private bool MayBegin() =>
        Problem is null
        && LastLook != default
        && (_options.Schedule?.IsOpenAt(TimeOnly.FromDateTime(_time.GetLocalNow().DateTime)) ?? true);

    private async Task<Job?> ClaimAsync(CancellationToken cancellationToken)
    {
        Job? job = null;
        await GuardAsync(
            () =>
            {
                if (_store.IsPaused || _health.Problem(thorough: false) is not null)
                    return;
                lock (_claiming)
                {
                    if (_isAlone)
                        return;
                    job = _store.Claim(LeaseOwner.Current, _options.Order, _options.Retry.LongestPause, alone: _busy == 0);
                    if (job is not null)
                        (_busy, _isAlone) = (_busy + 1, job.Deaths > 0);
                }
            },
            cancellationToken).ConfigureAwait(false);
        return job;
    }

    private async Task HookLoopAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await _hooks.SendDueAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (SqliteException e) when (JobStore.IsTransient(e))
            {
                _report(new WatchEvent("warning", Job: null, e.Message));
            }

            await Task.Delay(TimeSpan.FromSeconds(1), _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private bool IsIdle()
    {
        if (!_settled || !_lookAgain.IsEmpty || !_orphans.IsEmpty || Volatile.Read(ref _busy) > 0)
            return false;
        var counts = _store.Count();
        return counts[JobState.Queued] + counts[JobState.Running] + _store.CountRetries(_options.Retry.Attempts) == 0
            && !(_options.HasHooks && _store.PendingEvents() > 0);
    }

    // What the store or a folder refuses for a while is told and tried again.
    private async Task<bool> GuardAsync(Action work, CancellationToken cancellationToken)
    {
        try
        {
            work();
            return true;
        }
        catch (Exception e) when ((e is SqliteException s && JobStore.IsTransient(s)) || e is IOException or UnauthorizedAccessException)
        {
            _report(new WatchEvent("waiting", Job: null, e.Message.ReplaceLineEndings(" ")));
            await Task.Delay(TimeSpan.FromSeconds(2), _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return false;
        }
    }
}
