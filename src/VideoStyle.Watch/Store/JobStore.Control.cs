namespace VideoStyle.Watch.Store;

// What people ask of the queue, from the command line or the page.
internal sealed partial class JobStore
{
    /// <summary>Gets or sets whether no further job is begun.</summary>
    public bool IsPaused
    {
        get => Setting("paused") is "1";
        set => Set("paused", value ? "1" : "0");
    }

    /// <summary>Finds a job.</summary>
    public Job? Find(long id) => Query($"SELECT {Columns} FROM job WHERE id = $id", ReadJob, ("$id", id)).SingleOrDefault();

    /// <summary>Lists jobs: the running ones, then those that wait as they will be taken, then those that are not ready, then those that are over, the last first.</summary>
    /// <param name="state">Only these, or null for all.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="order">Which waiting one is taken first.</param>
    public List<Job> List(JobState? state, int limit, JobOrder order = JobOrder.Oldest)
    {
        var by = SortKey(order);
        return Query(
            $"""
            SELECT {Columns} FROM job WHERE $state IS NULL OR state = $state
            ORDER BY
                CASE state WHEN 'Running' THEN 0 WHEN 'Queued' THEN 1 WHEN 'Failed' THEN 1 WHEN 'Settling' THEN 2 WHEN 'Found' THEN 2 ELSE 3 END,
                state IN ('Queued', 'Failed') AND due > $now,
                CASE WHEN state IN ('Queued', 'Failed') THEN {by} ELSE -coalesce(ended_at, started_at, found_at) END,
                CASE WHEN state IN ('Queued', 'Failed') THEN id ELSE -id END
            LIMIT $limit
            """,
            ReadJob, ("$state", state?.ToString()), ("$now", Now), ("$limit", limit));
    }

    /// <summary>Counts the jobs of each state.</summary>
    public IReadOnlyDictionary<JobState, long> Count()
    {
        var counts = Query("SELECT state, count(*) FROM job GROUP BY state", row => (State: Enum.Parse<JobState>(row.GetString(0)), Count: row.GetInt64(1)))
            .ToDictionary(row => row.State, row => row.Count);
        foreach (var state in Enum.GetValues<JobState>())
            counts.TryAdd(state, 0);
        return counts;
    }

    /// <summary>Counts the failed jobs that have been tried less than a number of times.</summary>
    public long CountRetries(int attempts) =>
        Query("SELECT count(*) FROM job WHERE state = 'Failed' AND failures < $attempts", row => row.GetInt64(0), ("$attempts", attempts)).Single();

    /// <summary>Has every failed job tried anew, as often as the first time.</summary>
    public void ForgetFailures() => Execute("UPDATE job SET failures = 0, due = 0 WHERE state = 'Failed'");

    /// <summary>Reads what the queue knows of itself.</summary>
    /// <returns>Null where it was never written.</returns>
    public string? Setting(string name) => Query("SELECT value FROM setting WHERE name = $name", row => row.GetString(0), ("$name", name)).SingleOrDefault();

    /// <summary>Writes what the queue knows of itself.</summary>
    public void Set(string name, string value) =>
        Execute("INSERT INTO setting VALUES ($name, $value) ON CONFLICT (name) DO UPDATE SET value = $value", ("$name", name), ("$value", value));

    /// <summary>Takes a waiting job out of the queue, or asks the owner of a running one to stop.</summary>
    /// <returns>False where it is over already, or unknown.</returns>
    public bool Cancel(long id) =>
        Execute("UPDATE job SET state = 'Cancelled', ended_at = $now, reason = 'cancelled' WHERE id = $id AND state IN ('Found', 'Settling', 'Queued', 'Failed')",
            ("$id", id), ("$now", Now)) > 0
        || Execute("UPDATE job SET cancel = 1 WHERE id = $id AND state = 'Running'", ("$id", id)) > 0;

    /// <summary>Queues a job again, its failures forgotten.</summary>
    /// <returns>False where it is queued or running already, or unknown.</returns>
    public bool Retry(long id) =>
        Execute(
            """
            UPDATE job SET state = 'Queued', failures = 0, deaths = 0, death_frame = 0, due = 0, reason = NULL, ended_at = NULL,
                complete_size = NULL, complete_hash = NULL, replaces = replaces OR state = 'Done', fingerprint = NULL
            WHERE id = $id AND state IN ('Failed', 'Quarantined', 'Cancelled', 'Done')
            """,
            ("$id", id)) > 0;

    /// <summary>Reads every job over one source.</summary>
    public List<Job> OfPath(string path) => Query($"SELECT {Columns} FROM job WHERE path = $path", ReadJob, ("$path", path));
}
