using Microsoft.Data.Sqlite;
using VideoStyle.Native.Files;

namespace VideoStyle.Watch.Store;

// What the scan tells the store.
internal sealed partial class JobStore
{
    private const string InsertSql = """
        INSERT INTO job (path, style, settings, output, output_key, state, size, modified, changed, inode, reason, found_at)
        VALUES ($path, $style, $settings, $output, $key, $state, $size, $modified, $changed, $inode, $reason, $now)
        """;

    /// <summary>Takes note of a file that is not ready yet; leaves one that is known alone.</summary>
    /// <param name="path">Its path below the input folder.</param>
    /// <param name="style">A style it will be painted in.</param>
    /// <param name="output">Where the painting would go; where another job has that name, it gets a distinct one.</param>
    /// <param name="stamp">What it looks like.</param>
    /// <param name="state"><see cref="JobState.Found"/> or <see cref="JobState.Settling"/>.</param>
    /// <param name="reason">What it waits for, or null.</param>
    public void Sight(string path, string style, string output, FileStamp stamp, JobState state, string? reason) =>
        Execute(
            InsertSql + " ON CONFLICT (path, style) DO UPDATE SET state = $state, reason = $reason, output = $output, output_key = $key WHERE state IN ('Found', 'Settling')",
            Values(path, style, output, stamp, state, reason, new StylerOptions()));

    /// <summary>Queues a file that is ready, unless the same content at the same path is queued with the same options, running or over already.</summary>
    /// <returns>Whether it was queued.</returns>
    public bool Offer(string path, string style, string output, FileStamp stamp, StylerOptions options) =>
        Execute(
            InsertSql + """
             ON CONFLICT (path, style) DO UPDATE SET
                state = 'Queued', settings = $settings, output = $output, output_key = $key, size = $size, modified = $modified, changed = $changed,
                inode = $inode, due = 0, reason = NULL, ended_at = NULL, owner = NULL, complete_size = NULL, complete_hash = NULL,
                replaces = replaces OR state = 'Done',
                failures = CASE WHEN size = $size AND modified = $modified AND settings = $settings THEN failures ELSE 0 END,
                deaths = CASE WHEN size = $size AND modified = $modified AND settings = $settings THEN deaths ELSE 0 END,
                death_frame = CASE WHEN size = $size AND modified = $modified AND settings = $settings THEN death_frame ELSE 0 END
            WHERE state IN ('Found', 'Settling') OR (state = 'Cancelled' AND reason = $dropped) OR (state IN ('Queued', 'Failed') AND settings <> $settings)
                OR (state <> 'Running' AND (size <> $size OR modified <> $modified))
            """,
            [.. Values(path, style, output, stamp, JobState.Queued, reason: null, options), ("$dropped", Dropped)]) > 0;

    /// <summary>Takes note of a file that can never be converted, such as one whose name cannot be opened.</summary>
    public void Reject(string path, string style, string reason) =>
        Execute(
            InsertSql + " ON CONFLICT (path, style) DO NOTHING",
            Values(path, style, "", default, JobState.Quarantined, reason, new StylerOptions()));

    /// <summary>Runs many notes as one transaction, which is a thousand times faster than one each.</summary>
    public void Batch(Action notes)
    {
        lock (_gate)
        {
            Execute("BEGIN IMMEDIATE");
            try
            {
                notes();
                Execute("COMMIT");
            }
            catch
            {
                RollBack();
                throw;
            }
        }
    }

    /// <summary>Reads what is known of every path, for the scan to compare with.</summary>
    /// <returns>One entry for each path and style.</returns>
    public List<(string Path, string Style, FileStamp Stamp, JobState State)> Known() =>
        Query(
            "SELECT path, style, size, modified, changed, inode, state FROM job",
            row => (row.GetString(0), row.GetString(1), new FileStamp(row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5)),
                Enum.Parse<JobState>(row.GetString(6))));

    /// <summary>Reads the paths that another look of the scan is wanted at.</summary>
    public List<string> Unsettled() => Query("SELECT DISTINCT path FROM job WHERE state IN ('Found', 'Settling')", row => row.GetString(0));

    /// <summary>Takes note that files which had not come to rest are not there any more.</summary>
    public void Vanish(string path) =>
        Execute(
            "UPDATE job SET state = 'Found', reason = $reason WHERE path = $path AND state IN ('Found', 'Settling') AND reason IS NOT $reason",
            ("$path", path), ("$reason", "is not there any more"));

    /// <summary>Forgets the styles that a file which was never painted in them is not to be painted in any more.</summary>
    public void KeepOnly(string path, IReadOnlyList<string> styles)
    {
        foreach (var job in OfPath(path).Where(job => job is { State: JobState.Found or JobState.Settling, Painted: null } && !styles.Contains(job.Style, StringComparer.Ordinal)))
            Execute("DELETE FROM job WHERE id = $id AND state IN ('Found', 'Settling')", ("$id", job.Id));
    }

    // SQLite ends a transaction by itself where the disk is full; what then fails is only the command to end it.
    private void RollBack()
    {
        try
        {
            Execute("ROLLBACK");
        }
        catch (SqliteException)
        {
        }
    }

    // A job keeps the name it has; a name that another job has is never given twice.
    private string NameFor(string path, string style, string output)
    {
        if (Query("SELECT output FROM job WHERE path = $path AND style = $style", row => row.GetString(0), ("$path", path), ("$style", style)) is [{ Length: > 0 } known])
            return known;
        var name = output;
        for (var attempt = 0; IsTaken(name, path, style); attempt++)
            name = OutputNaming.Distinct(output, path, style, attempt);
        return name;
    }

    private bool IsTaken(string output, string path, string style) =>
        Query(
            "SELECT 1 FROM job WHERE output_key = $key AND NOT (path = $path AND style = $style)", row => row.GetInt64(0),
            ("$key", OutputNaming.KeyOf(output)), ("$path", path), ("$style", style)).Count > 0;

    private (string, object?)[] Values(
        string path, string style, string wanted, FileStamp stamp, JobState state, string? reason, StylerOptions options)
    {
        var output = wanted.Length == 0 ? wanted : NameFor(path, style, wanted);
        return [
            ("$path", path), ("$style", style), ("$settings", StoredOptions.Write(options)),
            ("$output", output), ("$key", output.Length == 0 ? null : OutputNaming.KeyOf(output)),
            ("$state", state.ToString()), ("$size", stamp.Size), ("$modified", stamp.Modified), ("$changed", stamp.Changed),
            ("$inode", stamp.Inode), ("$reason", reason), ("$now", Now),
        ];
    }
}
