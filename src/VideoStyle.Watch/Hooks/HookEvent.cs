using System.Text.Json;
using VideoStyle.Watch.Store;

namespace VideoStyle.Watch.Hooks;

/// <summary>What a hook is told.</summary>
internal static class HookEvent
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web);

    /// <summary>Writes the event of a job's end as JSON.</summary>
    /// <returns>Null where no watcher has a hook, or the end is not worth one.</returns>
    public static string? For(WatchOptions options, JobStore store, Job job, JobState state, string? reason, long frames) =>
        state is not (JobState.Done or JobState.Quarantined) || !(options.HasHooks || store.AreEventsExpected)
            ? null
            : JsonSerializer.Serialize(
                new
                {
                    v = 1,
                    type = state == JobState.Done ? "done" : "failed",
                    job = job.Id,
                    source = Path.Combine(options.Folders.Input, job.Path),
                    output = state == JobState.Done ? Path.Combine(options.Folders.Output, job.Output) : null,
                    style = job.Style,
                    frames,
                    reason,
                },
                Format);
}
