using Microsoft.Data.Sqlite;
using VideoStyle.Core.Errors;
using VideoStyle.Native.Files;
using VideoStyle.Watch.Store;

namespace VideoStyle.Watch;

/// <summary>Takes one claimed job to its end: recognise, convert, put in place, or decide what becomes of a failure.</summary>
/// <remarks>
/// Every step can be cut off by a kill and is safe to take again. A painting is renamed into place only after the store
/// holds the inode of its work file, so that the next owner recognises it in its place and does not paint it twice.
/// </remarks>
internal sealed class JobRunner(WatchOptions options, JobStore store, IVideoConverter converter, FolderHealth health, TimeProvider time, Action<WatchEvent> report)
{
    private static readonly TimeSpan TwinPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan TransientPause = TimeSpan.FromSeconds(10);

    private readonly SourceMover _mover = new(options.Folders);
    private readonly string _owner = LeaseOwner.Current;

    /// <summary>Runs a job.</summary>
    /// <param name="job">Claimed by this process.</param>
    /// <param name="cancellationToken">Hands the job back with what was done so far kept.</param>
    /// <returns>Whether the scan has to look at the source anew.</returns>
    public async Task<bool> RunAsync(Job job, CancellationToken cancellationToken)
    {
        using var held = new HeldLease(store, job, _owner, time, cancellationToken);
        try
        {
            _mover.FromQuarantine(job.Path);
            if (Recognise(job) is { } known)
                return known;
            report(new WatchEvent("started", job));
            Directory.CreateDirectory(options.WorkFolder(job.Id));
            ConversionOrder order = new()
            {
                Source = Source(job),
                WorkFolder = options.WorkFolder(job.Id),
                Name = Path.GetFileName(job.Output),
                Options = job.Options with { Style = job.Options.Style with { Name = job.Style } },
            };
            converter.WriteThumbnail(order.Source, Thumbnails.Source(options.StateFolder, job.Id));
            var video = await converter.ConvertAsync(order, held.Progress, held.Token).ConfigureAwait(false);
            return await PublishAsync(job, video, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (held.IsLost)
        {
            report(new WatchEvent("warning", job, $"another process took this job over ({e.GetType().Name})"));
            return true;
        }
        catch (OperationCanceledException) when (held.IsCancelRequested)
        {
            await EndAsync(job, JobState.Cancelled, "cancelled", 0, cancellationToken).ConfigureAwait(false);
            return false;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            store.Return(job.Id, _owner, JobState.Queued, reason: null, TimeSpan.Zero);
            return false;
        }
        catch (Exception e)
        {
            return await FailAsync(job, e, cancellationToken).ConfigureAwait(false);
        }
    }

    private string Source(Job job) => Path.Combine(options.Folders.Input, job.Path);

    private string Target(Job job) => Path.Combine(options.Folders.Output, job.Output);

    // What needs no conversion; null where a conversion is needed, otherwise what RunAsync returns.
    private bool? Recognise(Job job)
    {
        if (UnixFile.Stat(Source(job)) is not { } stamp)
            return Return(job, JobState.Found, "is not there any more");
        if (!stamp.LooksLike(job.Stamp))
            return Return(job, JobState.Settling, "has changed since it was queued");
        var target = UnixFile.Stat(Target(job));
        if (target is { } made && job.Published == (made.Inode, made.Size))
            return End(job, JobState.Done, reason: null, job.Frames);

        var fingerprint = ContentFingerprint.Of(Source(job));
        store.Identify(job.Id, _owner, fingerprint);
        if (options.OnDuplicate == DuplicateRule.Rerun)
            return null;
        if (target is not null && string.Equals(fingerprint, job.Fingerprint, StringComparison.Ordinal) && job.Replaces)
            return End(job, JobState.Done, "the same content as before", job.Frames);
        if (target is not null && !job.Replaces)
            return End(job, JobState.Done, "its painting was already there", 0);
        return store.TwinOf(job, fingerprint) switch
        {
            { State: JobState.Running } twin => Return(job, JobState.Queued, $"the same content as {twin.Path}, which is being painted", TwinPause),
            { } twin when TryTakeOver(job, twin) => End(job, JobState.Done, $"the same content as {twin.Path}, whose painting was taken over", twin.Frames),
            _ => null,
        };
    }

    // A second name for the same bytes where the file system can, a copy elsewhere: the twin's own may be replaced one day.
    private bool TryTakeOver(Job job, Job twin)
    {
        if (!File.Exists(Target(twin)))
            return false;
        Directory.CreateDirectory(options.WorkFolder(job.Id));
        var copy = Path.Combine(options.WorkFolder(job.Id), "taken-over");
        File.Delete(copy);
        if (!UnixFile.TryLink(Target(twin), copy))
            File.Copy(Target(twin), copy);
        Directory.CreateDirectory(Path.GetDirectoryName(Target(job))!);
        File.Move(copy, Target(job), overwrite: job.Replaces);
        CopyPainting(twin, job);
        return true;
    }

    private void CopyPainting(Job twin, Job job)
    {
        if (File.Exists(Thumbnails.Painting(options.StateFolder, twin.Id)))
            File.Copy(Thumbnails.Painting(options.StateFolder, twin.Id), Thumbnails.Painting(options.StateFolder, job.Id), overwrite: true);
    }

    private async Task<bool> PublishAsync(Job job, ConvertedVideo video, CancellationToken cancellationToken)
    {
        if (UnixFile.Stat(Source(job)) is not { } stamp || !stamp.LooksLike(job.Stamp))
        {
            DeleteWork(job);
            return Return(job, JobState.Settling, "was changed while it was being painted");
        }

        var work = UnixFile.Stat(video.Path) ?? throw new VideoStyleException(ErrorKind.Output, $"{video.Path}: the finished painting is gone.");
        if (!await PersistAsync(() => store.Publish(job.Id, _owner, work), cancellationToken).ConfigureAwait(false))
            return true; // the lease was lost
        Directory.CreateDirectory(Path.GetDirectoryName(Target(job))!);
        File.Move(video.Path, Target(job), overwrite: job.Replaces || options.OnDuplicate == DuplicateRule.Rerun);
        converter.WriteThumbnail(Target(job), Thumbnails.Painting(options.StateFolder, job.Id));
        await EndAsync(job, JobState.Done, reason: null, video.Frames, cancellationToken).ConfigureAwait(false);
        return false;
    }

    private async Task<bool> FailAsync(Job job, Exception error, CancellationToken cancellationToken)
    {
        var reason = error is VideoStyleException or IOException or UnauthorizedAccessException
            ? error.Message.ReplaceLineEndings(" ")
            : $"{error.GetType().Name}: {error.Message.ReplaceLineEndings(" ")}";
        if (health.Problem(thorough: true) is { } problem)
        {
            return Return(job, JobState.Queued, problem, TransientPause, "waiting");
        }

        if (error is SqliteException sqlite && JobStore.IsTransient(sqlite))
            return Return(job, JobState.Queued, reason, TransientPause);
        if (UnixFile.Stat(Source(job)) is not { } stamp)
            return Return(job, JobState.Found, "is not there any more");
        if (!stamp.LooksLike(job.Stamp))
            return Return(job, JobState.Settling, "was changed while it was being painted");
        switch (error)
        {
            case DiskFullException:
                return Return(job, JobState.Queued, reason, options.Retry.LongestPause, "waiting");
            case OutOfMemoryException or VideoStyleException { Kind: ErrorKind.Runtime }:
                return Return(job, JobState.Queued, reason, options.Retry.FirstPause, "waiting");
            case VideoStyleException { Kind: ErrorKind.Model or ErrorKind.Usage }:
                // A style that is misspelt says nothing against the video: it waits where it lies until that is put right.
                return Return(job, JobState.Failed, reason, options.Retry.LongestPause, "failed");
        }

        var failures = job.Failures + 1;
        if (options.Retry.PauseAfter(failures) is { } pause)
            return Return(job, JobState.Failed, reason, pause, "failed");

        await EndAsync(job, JobState.Quarantined, reason, 0, cancellationToken).ConfigureAwait(false);
        if (_mover.ToQuarantine(job with { Failures = failures }, reason) is { } stays)
            report(new WatchEvent("warning", job, $"could not be moved to quarantine: {stays}"));
        return false;
    }

    private bool Return(Job job, JobState state, string reason, TimeSpan pause = default, string type = "returned")
    {
        store.Return(job.Id, _owner, state, reason, pause);
        report(new WatchEvent(type, job, reason));
        return state is JobState.Found or JobState.Settling;
    }

    private bool End(Job job, JobState state, string? reason, long frames)
    {
        if (!store.End(job.Id, _owner, state, reason, frames, Hooks.HookEvent.For(options, job, state, reason, frames)))
            return true; // the lease was lost, and with it the right to say how it ended
        report(new WatchEvent(state is JobState.Done ? "done" : state.ToString().ToLowerInvariant(), job, reason));
        DeleteWork(job);
        if (state == JobState.Done && options.Folders.Done is not null && store.OfPath(job.Path).TrueForAll(other => other.State == JobState.Done))
            if (_mover.ToDone(job.Path) is { } stays)
                report(new WatchEvent("warning", job, $"could not be moved to {options.Folders.Done}: {stays}"));
        return false;
    }

    private Task<bool> EndAsync(Job job, JobState state, string? reason, long frames, CancellationToken cancellationToken) =>
        PersistAsync(() => End(job, state, reason, frames), cancellationToken);

    // A full disk must not lose what is finished: the store is asked until it takes the news.
    private async Task<bool> PersistAsync(Func<bool> write, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return write();
            }
            catch (SqliteException e) when (JobStore.IsTransient(e))
            {
                report(new WatchEvent("waiting", Job: null, $"the job store cannot be written ({e.Message.TrimEnd('.')})"));
                await Task.Delay(TimeSpan.FromSeconds(2), time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private void DeleteWork(Job job)
    {
        try
        {
            if (Directory.Exists(options.WorkFolder(job.Id)))
                Directory.Delete(options.WorkFolder(job.Id), recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            report(new WatchEvent("warning", job, $"its work folder could not be removed: {e.Message}"));
        }
    }
}
