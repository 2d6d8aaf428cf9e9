using System.Globalization;
using VideoStyle.Native.Files;
using VideoStyle.Watch.Store;

namespace VideoStyle.Watch;

/// <summary>Takes away what jobs left behind that will never be gone on with.</summary>
/// <remarks>A job deletes its own folder when it ends; one that was killed on the way, or whose source went away, cannot.</remarks>
internal static class WorkFolders
{
    /// <summary>Deletes the work folders of jobs that have ended, are not known, or whose source is not there any more.</summary>
    /// <param name="options">Where the folders are.</param>
    /// <param name="store">Knows the jobs.</param>
    public static void Sweep(WatchOptions options, JobStore store)
    {
        // A share that is gone says nothing of the sources that were on it.
        if (!Directory.Exists(options.WorkParent) || !Directory.Exists(options.Folders.Input))
            return;
        foreach (var folder in Directory.EnumerateDirectories(options.WorkParent))
        {
            if (!long.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                continue;
            var job = store.Find(id);
            if (IsOfUse(options, job))
                continue;
            if (job is { Output.Length: > 0 })
                OutputFile.TryAbandon(Path.Combine(options.Folders.Output, job.Output));
            Directory.Delete(folder, recursive: true);
        }
    }

    private static bool IsOfUse(WatchOptions options, Job? job) =>
        job?.State switch
        {
            JobState.Running or JobState.Queued or JobState.Failed => true,
            JobState.Found or JobState.Settling => File.Exists(Path.Combine(options.Folders.Input, job.Path)),
            _ => false,
        };
}
