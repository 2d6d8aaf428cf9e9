using System.Text.Json;
using VideoStyle.Core.Errors;
using VideoStyle.Native.Files;

namespace VideoStyle.Watch.Store;

/// <summary>Ties a queue to the folders that it works on: one queue for one input and one output folder.</summary>
/// <remarks>
/// Two queues that paint into one folder would paint everything twice, and a queue over another input folder would take files
/// of the same name for done. The queue remembers its folders; a hidden file in the output folder names its queue.
/// </remarks>
internal static class StoreBinding
{
    /// <summary>The file in the output folder that names the queue.</summary>
    public const string FileName = ".videostyle-queue";

    private const int MaxBytes = 64 * 1024;
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web);

    private sealed record Owner(string Queue, string State, string Machine);

    /// <summary>Ties a queue to its folders, or finds that it is.</summary>
    /// <returns>What is worth saying: folders that have moved, a queue that is gone.</returns>
    /// <exception cref="VideoStyleException">The queue belongs to other folders, or the output folder to another queue (Usage).</exception>
    public static IReadOnlyList<string> Claim(WatchOptions options, JobStore store)
    {
        List<string> notes = [];
        store.Batch(() =>
        {
            if (store.Setting("queue") is null)
                store.Set("queue", Guid.NewGuid().ToString("N"));
            Tie(store, "input", options.Folders.Input, options, notes);
            Tie(store, "output", options.Folders.Output, options, notes);
        });
        Mark(options, store.Setting("queue")!, notes);
        return notes;
    }

    /// <summary>Finds the folder of the queue that paints into an output folder.</summary>
    /// <returns>Null where no queue has marked it, or one on another machine.</returns>
    public static string? StateOf(string output) =>
        Read(Path.Combine(output, FileName)) is { } owner && string.Equals(owner.Machine, Environment.MachineName, StringComparison.Ordinal) ? owner.State : null;

    private static void Tie(JobStore store, string name, string folder, WatchOptions options, List<string> notes)
    {
        if (store.Setting(name) is { } known && !string.Equals(known, folder, StringComparison.Ordinal))
        {
            if (Directory.Exists(known))
                throw new VideoStyleException(
                    ErrorKind.Usage,
                    $"{folder}: the queue in {options.StateFolder} belongs to the {name} folder {known}.",
                    "Give each pair of folders an output folder and a queue of its own; or watch the folder above both inputs.");
            notes.Add($"{known} is not there any more; its queue goes on with {folder}");
        }

        if (store.Setting(name) is not { } same || !string.Equals(same, folder, StringComparison.Ordinal))
            store.Set(name, folder); // not each time: a full disk takes no write
    }

    private static void Mark(WatchOptions options, string queue, List<string> notes)
    {
        var path = Path.Combine(options.Folders.Output, FileName);
        Owner us = new(queue, options.StateFolder, Environment.MachineName);
        try
        {
            while (true)
            {
                var isThere = UnixFile.KindOf(path, followLinks: false) is not null;
                if (Read(path) is not { } owner)
                {
                    if (TryWrite(path, us, replace: isThere))
                        return;
                    continue; // another watcher was first
                }

                if (string.Equals(owner.Queue, queue, StringComparison.Ordinal))
                    return;
                if (!IsGone(owner, us))
                    throw new VideoStyleException(
                        ErrorKind.Usage,
                        $"{options.Folders.Output}: is painted into from the queue in {owner.State} on {owner.Machine}.",
                        $"Add --state '{owner.State}' to share that queue, or choose another output folder. If that queue is given up, remove {path}");
                notes.Add($"the queue in {owner.State}, which painted into {options.Folders.Output}, is not there any more; files that lie there are kept");
                TryWrite(path, us, replace: true);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new VideoStyleException(ErrorKind.Output, $"{path}: cannot be written ({e.Message.TrimEnd('.')}).", "Is the disk full, or the folder read-only?", e);
        }
    }

    // A queue on another machine cannot be looked for; one in our own folder was deleted, since ours has another number.
    private static bool IsGone(Owner owner, Owner us) =>
        string.Equals(owner.Machine, us.Machine, StringComparison.Ordinal)
        && (string.Equals(owner.State, us.State, StringComparison.Ordinal) || !File.Exists(Path.Combine(owner.State, "jobs.db")));

    // Null where there is none, or none that was written by us.
    private static Owner? Read(string path)
    {
        try
        {
            return UnixFile.Stat(path) is { Size: <= MaxBytes } && JsonSerializer.Deserialize<Owner>(RegularFile.ReadAllBytes(path, MaxBytes), Format) is { Queue: not null, State: not null, Machine: not null } owner
                ? owner
                : null;
        }
        catch (Exception e) when (e is JsonException or FileNotFoundException)
        {
            return null;
        }
    }

    private static bool TryWrite(string path, Owner owner, bool replace)
    {
        var partial = $"{path}.{Environment.ProcessId}.partial";
        File.Delete(partial); // left by a process that was killed, or a link that leads elsewhere
        using (var file = UnixFile.CreateNew(partial, UnixFile.ModeLike(input: null)))
            RandomAccess.Write(file, JsonSerializer.SerializeToUtf8Bytes(owner, Format), 0);
        UnixFile.Sync(partial);
        try
        {
            UnixFile.TryRename(partial, path, replace);
            UnixFile.SyncFolder(Path.GetDirectoryName(path)!);
            return true;
        }
        catch (IOException) when (!replace && Path.Exists(path))
        {
            File.Delete(partial);
            return false;
        }
    }
}
