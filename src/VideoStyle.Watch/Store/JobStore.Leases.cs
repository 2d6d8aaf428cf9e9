namespace VideoStyle.Watch.Store;

// Taking a job, holding it and letting it go. Every change of a running job names its owner, so that one who lost the
// lease while it was asleep changes nothing.
internal sealed partial class JobStore
{
    private const string Mine = " WHERE id = $id AND state = 'Running' AND owner = $owner";

    /// <summary>Takes the next job whose time has come.</summary>
    /// <param name="owner">The taker.</param>
    /// <param name="order">Which is next.</param>
    /// <param name="longestPause">No pause is longer: a due time beyond it comes from a clock that has jumped.</param>
    /// <param name="alone">Whether nothing else runs in this process. A job whose process has died is taken only then: it might take its neighbours with it.</param>
    /// <returns>The job, or null where none waits, or the next one waits until it can run alone.</returns>
    public Job? Claim(string owner, JobOrder order, TimeSpan longestPause, bool alone = true)
    {
        return Query(
            $"""
            UPDATE job SET state = 'Running', owner = $owner, beat = 0, cancel = 0, started_at = $now, fps = 0,
                frames = CASE WHEN complete_hash IS NULL THEN 0 ELSE frames END, reason = NULL
            WHERE id = (SELECT id FROM job WHERE state IN ('Queued', 'Failed') AND (due <= $now OR due > $now + $longest) ORDER BY {SortKey(order)}, id LIMIT 1)
                AND (deaths = 0 OR $alone)
            RETURNING {Columns}
            """,
            ReadJob,
            ("$owner", owner), ("$now", Now), ("$longest", (long)longestPause.TotalMilliseconds + 60_000), ("$alone", alone ? 1 : 0)).SingleOrDefault();
    }

    private static string SortKey(JobOrder order) => order switch { JobOrder.Smallest => "size", JobOrder.Newest => "-modified", _ => "modified" };

    /// <summary>Shows that the owner lives, and how far it is.</summary>
    /// <returns>Null where the lease was lost; otherwise whether a person asked to cancel.</returns>
    public bool? Beat(long id, string owner, long frames, long? total, double fps) =>
        Query(
            "UPDATE job SET beat = beat + 1, frames = $frames, total = $total, fps = $fps" + Mine + " RETURNING cancel",
            row => (bool?)(row.GetInt64(0) != 0),
            ("$id", id), ("$owner", owner), ("$frames", frames), ("$total", total), ("$fps", fps)).SingleOrDefault();

    /// <summary>Writes down what the content is.</summary>
    /// <returns>False where the lease was lost.</returns>
    public bool Identify(long id, string owner, string fingerprint) =>
        Execute("UPDATE job SET fingerprint = $print" + Mine, ("$id", id), ("$owner", owner), ("$print", fingerprint)) > 0;

    /// <summary>Writes down which painting is about to be put in place, so that a crash in between is understood.</summary>
    /// <returns>False where the lease was lost.</returns>
    public bool Publish(long id, string owner, FileProof complete, long frames) =>
        Execute(
            "UPDATE job SET complete_size = $size, complete_hash = $hash, frames = $frames" + Mine,
            ("$id", id), ("$owner", owner), ("$size", complete.Size), ("$hash", complete.Hash), ("$frames", frames)) > 0;

    /// <summary>Gives a job another output, where a file that is not its own lies at the one it had.</summary>
    /// <param name="job">The job.</param>
    /// <param name="owner">Who holds it.</param>
    /// <param name="isFree">Tells whether nothing lies at an output.</param>
    /// <returns>The new output, or null where the lease was lost.</returns>
    public string? MoveOutput(Job job, string owner, Func<string, bool> isFree)
    {
        string? name = null;
        Batch(() =>
        {
            var wanted = OutputNaming.For(job.Path, job.Style);
            var attempt = 0;
            do
                name = OutputNaming.Distinct(wanted, job.Path, job.Style, attempt++);
            while (IsTaken(name, job.Path, job.Style) || !isFree(name));
            if (Execute("UPDATE job SET output = $output, output_key = $key" + Mine,
                ("$id", job.Id), ("$owner", owner), ("$output", name), ("$key", OutputNaming.KeyOf(name))) == 0)
                name = null;
        });
        return name;
    }

    /// <summary>Writes down under which name a source lies in quarantine.</summary>
    public void Hold(long id, string? name) => Execute("UPDATE job SET held = $name WHERE id = $id", ("$id", id), ("$name", name));

    /// <summary>Tells whether a name in quarantine belongs to a job.</summary>
    public bool IsHeld(string name) => Query("SELECT 1 FROM job WHERE held = $name", row => row.GetInt64(0), ("$name", name)).Count > 0;

    /// <summary>Lets a job go as done, failed for good or cancelled.</summary>
    /// <returns>False where the lease was lost.</returns>
    public bool End(long id, string owner, JobState state, string? reason, long frames, string? hook)
    {
        var ended = false;
        Batch(() =>
        {
            ended = Execute(
                """
                UPDATE job SET state = $state, reason = $reason, ended_at = $now, owner = NULL, frames = $frames,
                    failures = failures + ($state = 'Quarantined'), deaths = 0,
                    painted_size = CASE WHEN $state = 'Done' THEN coalesce(complete_size, painted_size) ELSE painted_size END,
                    painted_hash = CASE WHEN $state = 'Done' THEN coalesce(complete_hash, painted_hash) ELSE painted_hash END,
                    complete_size = NULL, complete_hash = NULL
                """ + Mine,
                ("$id", id), ("$owner", owner), ("$state", state.ToString()), ("$reason", reason), ("$now", Now), ("$frames", frames)) > 0;
            if (ended && hook is not null)
                Post(state == JobState.Done ? "done" : "failed", hook);
        });
        return ended;
    }

    /// <summary>Lets a job go that is to be taken again.</summary>
    /// <param name="id">The job.</param>
    /// <param name="owner">Who holds it.</param>
    /// <param name="state"><see cref="JobState.Queued"/>, <see cref="JobState.Failed"/> or <see cref="JobState.Found"/>.</param>
    /// <param name="reason">Why, or null.</param>
    /// <param name="pause">Not before this has passed.</param>
    /// <returns>False where the lease was lost.</returns>
    public bool Return(long id, string owner, JobState state, string? reason, TimeSpan pause) =>
        Execute(
            "UPDATE job SET state = $state, reason = $reason, owner = NULL, due = $due, failures = failures + ($state = 'Failed')" + Mine,
            ("$id", id), ("$owner", owner), ("$state", state.ToString()), ("$reason", reason), ("$due", Now + (long)pause.TotalMilliseconds)) > 0;

    /// <summary>Takes a job from an owner that is gone and queues it again; the more often that happens at the same frame, the later.</summary>
    public void TakeBack(long id, string owner, long beat, TimeSpan pause = default) =>
        Execute(
            """
            UPDATE job SET state = CASE cancel WHEN 1 THEN 'Cancelled' ELSE 'Queued' END, owner = NULL,
                deaths = CASE WHEN frames > death_frame THEN 0 ELSE deaths + 1 END, death_frame = max(frames, death_frame),
                due = CASE WHEN frames > death_frame THEN 0 ELSE $now + min(deaths + 1, 4) * $pause END
            WHERE id = $id AND state = 'Running' AND owner = $owner AND beat = $beat
            """,
            ("$id", id), ("$owner", owner), ("$beat", beat), ("$now", Now), ("$pause", (long)pause.TotalMilliseconds));

    /// <summary>Reads the jobs that are being converted.</summary>
    public List<Job> Running() => Query($"SELECT {Columns} FROM job WHERE state = 'Running'", ReadJob);

    /// <summary>Finds another job over the same content in the same style and settings.</summary>
    /// <returns>One that is done and whose painting can be proved, or is running; done ones first; or null.</returns>
    public Job? TwinOf(Job job, string fingerprint) =>
        Query(
            $"""
            SELECT {Columns} FROM job WHERE fingerprint = $print AND style = $style AND id <> $id
                AND settings = (SELECT settings FROM job WHERE id = $id) AND (state = 'Running' OR (state = 'Done' AND painted_hash IS NOT NULL))
            ORDER BY state, id LIMIT 1
            """,
            ReadJob,
            ("$print", fingerprint), ("$style", job.Style), ("$id", job.Id)).SingleOrDefault();
}
