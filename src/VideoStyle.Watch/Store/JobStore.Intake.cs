using VideoStyle.Native.Files;

namespace VideoStyle.Watch.Store;

// What the scan tells the store.
internal sealed partial class JobStore
{
    private const string InsertSql = """
        INSERT INTO job (path, style, settings, output, state, size, modified, changed, inode, reason, found_at)
        VALUES ($path, $style, $settings, $output, $state, $size, $modified, $changed, $inode, $reason, $now)
        """;

    /// <summary>Takes note of a file that is not ready yet; leaves one that is known alone.</summary>
    /// <param name="path">Its path below the input folder.</param>
    /// <param name="style">A style it will be painted in.</param>
    /// <param name="output">Where the painting will go.</param>
    /// <param name="stamp">What it looks like.</param>
    /// <param name="state"><see cref="JobState.Found"/> or <see cref="JobState.Settling"/>.</param>
    /// <param name="reason">What it waits for, or null.</param>
    public void Sight(string path, string style, string output, FileStamp stamp, JobState state, string? reason) =>
        Execute(
            InsertSql + " ON CONFLICT (path, style) DO UPDATE SET state = $state, reason = $reason WHERE state IN ('Found', 'Settling')",
            Values(path, style, output, stamp, state, reason, new StylerOptions()));

    /// <summary>Queues a file that is ready, unless the same content at the same path is queued, running or over already.</summary>
    /// <returns>Whether it was queued.</returns>
    public bool Offer(string path, string style, string output, FileStamp stamp, StylerOptions options) =>
        Execute(
            InsertSql + """
             ON CONFLICT (path, style) DO UPDATE SET
                state = 'Queued', settings = $settings, output = $output, size = $size, modified = $modified, changed = $changed,
                inode = $inode, due = 0, reason = NULL, ended_at = NULL, owner = NULL, published_inode = NULL,
                replaces = replaces OR state = 'Done',
                failures = CASE WHEN size = $size AND modified = $modified THEN failures ELSE 0 END
            WHERE state IN ('Found', 'Settling') OR (state <> 'Running' AND (size <> $size OR modified <> $modified))
            """,
            Values(path, style, output, stamp, JobState.Queued, reason: null, options)) > 0;

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
                Execute("ROLLBACK");
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

    private (string, object?)[] Values(
        string path, string style, string output, FileStamp stamp, JobState state, string? reason, StylerOptions options) =>
        [
            ("$path", path), ("$style", style), ("$settings", StoredOptions.Write(options)), ("$output", output),
            ("$state", state.ToString()), ("$size", stamp.Size), ("$modified", stamp.Modified), ("$changed", stamp.Changed),
            ("$inode", stamp.Inode), ("$reason", reason), ("$now", Now),
        ];
}
