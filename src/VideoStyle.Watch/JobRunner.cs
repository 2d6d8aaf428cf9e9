using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;
using VideoStyle.Converting;
using VideoStyle.Core.Errors;
using VideoStyle.Native.Files;
using VideoStyle.Watch.Store;

namespace VideoStyle.Watch;

/// <summary>Takes one claimed job to its end: recognise, convert, put in place, or decide what becomes of a failure.</summary>
/// <remarks>
/// Every step can be cut off by a kill and is safe to take again. A painting is put in its place only after the store holds
/// its size and hash, so that the next owner proves that it is there, or puts it there, and does not paint it twice.
/// </remarks>
internal sealed class JobRunner(WatchOptions options, JobStore store, PresetTree presets, IVideoConverter converter, FolderHealth health, TimeProvider time, Action<WatchEvent> report)
{
    private static readonly TimeSpan TwinPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan TransientPause = TimeSpan.FromSeconds(10);

    private readonly SourceMover _mover = new(options.Folders, store);
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
            if (job.Deaths >= options.Retry.MaxDeaths)
                return await QuarantineAsync(job, $"the process ended {job.Deaths} times while it was being converted, as if killed for its memory", cancellationToken).ConfigureAwait(false);
            _mover.FromQuarantine(job);
            (job, var decided) = Reconsider(job);
            if (decided is { } reconsidered)
                return reconsidered;
            if (await RecogniseAsync(job, held.Token).ConfigureAwait(false) is { } known)
                return known;
            report(new WatchEvent("started", job));
            Directory.CreateDirectory(options.WorkFolder(job.Id));
            using var source = PinnedSource.Open(options, job);
            ConversionOrder order = new()
            {
                Source = source.Path,
                WorkFolder = options.WorkFolder(job.Id),
                Name = Path.GetFileName(job.Output),
                Options = Ordered(job),
                Note = text => report(new WatchEvent("note", job, text)),
            };
            converter.WriteThumbnail(order.Source, Thumbnails.Source(options.StateFolder, job.Id));
            var video = await converter.ConvertAsync(order, held.Progress, held.Token).ConfigureAwait(false);
            return await PublishAsync(job, video, held.Token).ConfigureAwait(false);
        }
        catch (Exception) when (held.IsLost)
        {
            report(new WatchEvent("warning", job, "another process took this job over"));
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
        catch (Exception e) when (!store.IsDamaged)
        {
            return await FailAsync(job, e, cancellationToken).ConfigureAwait(false);
        }
    }

    private string Source(Job job) => Path.Combine(options.Folders.Input, job.Path);

    private string Target(Job job) => Path.Combine(options.Folders.Output, job.Output);

    private string Finished(Job job) => Path.Combine(options.WorkFolder(job.Id), "finished" + Path.GetExtension(job.Output));

    private static StylerOptions Ordered(Job job) => job.Options with { Style = job.Options.Style with { Name = job.Style } };

    // The preset may have been edited since the job was queued. The second is what RunAsync returns where there is nothing to convert.
    private (Job Job, bool? Decided) Reconsider(Job job)
    {
        var choice = presets.For(job.Path, now: true);
        if (!choice.IsPreset)
            return (job, null);
        if (choice.Problem is { } problem)
            return (job, Return(job, JobState.Found, problem));
        if (!choice.Styles.Contains(job.Style, StringComparer.Ordinal))
            return (job, End(job, JobState.Cancelled, JobStore.Dropped, 0));
        store.SetOptions(job.Id, _owner, choice.Options);
        return (job with { Options = choice.Options }, null);
    }

    // What needs no conversion; null where a conversion is needed, otherwise what RunAsync returns.
    private async Task<bool?> RecogniseAsync(Job job, CancellationToken cancellationToken)
    {
        if (UnixFile.Stat(Source(job)) is not { } stamp)
            return Return(job, JobState.Found, "is not there any more");
        if (!stamp.LooksLike(job.Stamp))
            return Return(job, JobState.Settling, "has changed since it was queued");
        if (job.Output.Length == 0)
            return Return(job, JobState.Settling, "has no output yet");
        if (job.Complete is { } complete)
        {
            if (complete.Holds(Target(job), cancellationToken))
                return End(job, JobState.Done, Elsewhere(job), job.Frames);
            if (complete.Holds(Finished(job), cancellationToken))
                return await PlaceAsync(job, complete, job.Frames, cancellationToken).ConfigureAwait(false);
        }

        var fingerprint = Fingerprint(job, cancellationToken);
        store.Identify(job.Id, _owner, fingerprint);
        if (options.OnDuplicate == DuplicateRule.Rerun)
            return null;
        if (job.Replaces && string.Equals(fingerprint, job.Fingerprint, StringComparison.Ordinal) && IsOwn(job, cancellationToken))
            return End(job, JobState.Done, "the same content as before", job.Frames);
        return store.TwinOf(job, fingerprint) switch
        {
            { State: JobState.Running } twin => Return(job, JobState.Queued, $"the same content as {twin.Path}, which is being painted", TwinPause),
            { } twin when TakeOver(job, twin, cancellationToken) is { } taken => End(taken, JobState.Done, $"the same content as {twin.Path}, whose painting was taken over", twin.Frames),
            _ => null,
        };
    }

    // The content of the source and of every file that decides how it is painted.
    private string Fingerprint(Job job, CancellationToken cancellationToken)
    {
        var source = ContentFingerprint.Of(Source(job), cancellationToken);
        var files = StyleFiles.Of(Ordered(job).Style).Select(file => ContentFingerprint.Of(file, cancellationToken)).ToList();
        return files.Count == 0 ? source : $"{source}+{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('+', files))))}";
    }

    private bool IsOwn(Job job, CancellationToken cancellationToken) => job.Painted?.Holds(Target(job), cancellationToken) ?? false;

    // A second name for the same bytes where the file system can, a copy elsewhere: the twin's own may be replaced one day.
    private Job? TakeOver(Job job, Job twin, CancellationToken cancellationToken)
    {
        if (twin.Painted is not { } painted || !painted.Holds(Target(twin), cancellationToken))
            return null;
        if (WithOwnOutput(job, cancellationToken) is not { } own || !store.Publish(own.Id, _owner, painted, twin.Frames))
            return null;
        Place(Target(twin), own, painted, keep: true, cancellationToken);
        CopyPainting(twin, job);
        return own;
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

        // Out of the folder of this process: whoever goes on after a kill puts it in place instead of painting it again.
        if (!UnixFile.TryRename(video.Path, Finished(job), replace: true))
            throw new IOException($"{video.Path}: the work folder lies on two file systems.");
        UnixFile.Sync(Finished(job));
        var complete = FileProof.Of(Finished(job), cancellationToken);
        if (!await PersistAsync(() => store.Publish(job.Id, _owner, complete, video.Frames), cancellationToken).ConfigureAwait(false))
            return true; // the lease was lost
        return await PlaceAsync(job, complete, video.Frames, cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> PlaceAsync(Job job, FileProof complete, long frames, CancellationToken cancellationToken)
    {
        if (WithOwnOutput(job, cancellationToken) is not { } own)
            return true; // the lease was lost
        converter.WriteThumbnail(Finished(own), Thumbnails.Painting(options.StateFolder, own.Id)); // in the output folder it may be replaced by a link
        Place(Finished(own), own, complete, keep: false, cancellationToken);
        await EndAsync(own, JobState.Done, Elsewhere(own), frames, cancellationToken).ConfigureAwait(false);
        return false;
    }

    private void Place(string complete, Job job, FileProof proof, bool keep, CancellationToken cancellationToken)
    {
        using var folder = PinnedFolder.Open(options.Folders.Output, Path.GetDirectoryName(job.Output) ?? "");
        var target = folder.PathOf(Path.GetFileName(job.Output));
        try
        {
            OutputFile.Place(complete, target, Path.Exists(target), proof.Hash, keep, cancellationToken);
        }
        catch (VideoStyleException e)
        {
            throw new VideoStyleException(e.Kind, folder.Readable(e.Message), e.Hint, e);
        }
    }

    // Only a file that is proved to be this job's own painting is replaced; beside any other it gets a name of its own.
    private Job? WithOwnOutput(Job job, CancellationToken cancellationToken)
    {
        if (!Path.Exists(Target(job)) || IsOwn(job, cancellationToken))
            return job;
        return store.MoveOutput(job, _owner, name => !Path.Exists(Path.Combine(options.Folders.Output, name))) is { } output ? job with { Output = output } : null;
    }

    private static string? Elsewhere(Job job)
    {
        var usual = OutputNaming.For(job.Path, job.Style);
        return Path.GetFileName(job.Output).Equals(Path.GetFileName(usual), StringComparison.Ordinal)
            ? null
            : $"{usual} is another file, so the painting is {job.Output}";
    }

    private async Task<bool> FailAsync(Job job, Exception error, CancellationToken cancellationToken)
    {
        var reason = error is VideoStyleException or IOException or UnauthorizedAccessException
            ? error.Message.ReplaceLineEndings(" ")
            : FailureText.Of(error);
        reason = reason.Replace(PinnedSource.PathOf(options, job), Source(job), StringComparison.Ordinal);
        if (health.Problem(thorough: true) is { } problem)
            return Return(job, JobState.Queued, problem, TransientPause, "waiting");
        if (error is SqliteException sqlite && JobStore.IsTransient(sqlite))
            return Return(job, JobState.Queued, reason, TransientPause);
        if (UnixFile.Stat(Source(job)) is not { } stamp)
            return Return(job, JobState.Found, "is not there any more");
        if (!stamp.LooksLike(job.Stamp))
            return Return(job, JobState.Settling, "was changed while it was being painted");
        if (error is DiskFullException || UnixFile.IsDiskFull(error))
            return Return(job, JobState.Queued, reason, options.Retry.FirstPause, "waiting");
        var failures = job.Failures + 1;
        if (error is OutOfMemoryException or (VideoStyleException { Kind: ErrorKind.Runtime or ErrorKind.Model or ErrorKind.Usage } and not MemoryLimitException))
        {
            // A style that is misspelt or a GPU that is busy says nothing against the video: it waits where it lies. One who
            // runs once does not wait for a person.
            var pause = options.Once ? options.Retry.FirstPause : options.Retry.PauseAfter(failures) ?? options.Retry.LongestPause;
            return Return(job, JobState.Failed, reason, pause, "failed");
        }

        if (error is not MemoryLimitException && options.Retry.PauseAfter(failures) is { } next)
            return Return(job, JobState.Failed, reason, next, "failed");
        return await QuarantineAsync(job with { Failures = failures }, reason, cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> QuarantineAsync(Job job, string reason, CancellationToken cancellationToken)
    {
        await EndAsync(job, JobState.Quarantined, reason, 0, cancellationToken).ConfigureAwait(false);
        if (_mover.ToQuarantine(job, reason) is { } stays)
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
        if (!store.End(job.Id, _owner, state, reason, frames, Hooks.HookEvent.For(options, store, job, state, reason, frames)))
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
