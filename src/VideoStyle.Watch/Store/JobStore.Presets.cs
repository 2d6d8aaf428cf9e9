using System.Text.Json;

namespace VideoStyle.Watch.Store;

// What becomes of jobs that wait when the preset of their folder is edited.
internal sealed partial class JobStore
{
    /// <summary>The reason of a job that a preset has taken out of the queue; it comes back when the preset asks for it again.</summary>
    public const string Dropped = "the folder's videostyle.json does not ask for it any more";

    /// <summary>Takes the jobs over a source out of the queue whose styles are not asked for.</summary>
    /// <param name="path">The source's path below the input folder.</param>
    /// <param name="styles">The styles that are asked for.</param>
    public void Drop(string path, IReadOnlyList<string> styles) =>
        Execute(
            """
            UPDATE job SET state = 'Cancelled', reason = $dropped, ended_at = $now
            WHERE path = $path AND state IN ('Queued', 'Failed') AND style NOT IN (SELECT value FROM json_each($styles))
            """,
            ("$path", path), ("$styles", JsonSerializer.Serialize(styles)), ("$dropped", Dropped), ("$now", Now));

    /// <summary>Changes the options of a running job, before it is begun.</summary>
    /// <returns>False where the lease was lost.</returns>
    public bool SetOptions(long id, string owner, StylerOptions options) =>
        Execute("UPDATE job SET settings = $settings" + Mine, ("$id", id), ("$owner", owner), ("$settings", StoredOptions.Write(options))) > 0;
}
