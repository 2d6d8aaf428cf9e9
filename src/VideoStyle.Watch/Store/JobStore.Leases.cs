using VideoStyle.Native.Files;

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
    /// <returns>The job, or null where none waits.</returns>
    public Job? Claim(string owner, JobOrder order, TimeSpan longestPause)
    {
        var by = order switch { JobOrder.Smallest => "size", JobOrder.Newest => "modified DESC", _ => "modified" };
        return Query(
            $"""
            UPDATE job SET state = 'Running', owner = $owner, beat = 0, cancel = 0, started_at = $now, frames = 0, fps = 0, reason = NULL
            WHERE id = (SELECT id FROM job WHERE state IN ('Queued', 'Failed') AND (due <= $now OR due > $now + $longest) ORDER BY {by}, id LIMIT 1)
            RETURNING {Columns}
            """,
            ReadJob,
            ("$owner", owner), ("$now", Now), ("$longest", (long)longestPause.TotalMilliseconds + 60_000)).SingleOrDefault();
    }

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

    /// <summary>Writes down which work file is about to be renamed into place, so that a crash in between is understood.</summary>
    /// <returns>False where the lease was lost.</returns>
    public bool Publish(long id, string owner, FileStamp work) =>
        Execute(
            "UPDATE job SET published_inode = $inode, published_size = $size" + Mine,
            ("$id", id), ("$owner", owner), ("$inode", work.Inode), ("$size", work.Size)) > 0;

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
                    failures = failures + ($state = 'Quarantined')
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

    /// <summary>Takes a job from an owner that is gone and queues it again.</summary>
    public void TakeBack(long id, string owner, long beat) =>
        Execute(
            "UPDATE job SET state = CASE cancel WHEN 1 THEN 'Cancelled' ELSE 'Queued' END, owner = NULL, due = 0 WHERE id = $id AND state = 'Running' AND owner = $owner AND beat = $beat",
            ("$id", id), ("$owner", owner), ("$beat", beat));

    /// <summary>Reads the jobs that are being converted.</summary>
    public List<Job> Running() => Query($"SELECT {Columns} FROM job WHERE state = 'Running'", ReadJob);

    /// <summary>Finds another job over the same content in the same style and settings.</summary>
    /// <returns>One that is done or running, done ones first; or null.</returns>
    public Job? TwinOf(Job job, string fingerprint) =>
        Query(
            $"""
            SELECT {Columns} FROM job WHERE fingerprint = $print AND style = $style AND id <> $id
                AND settings = (SELECT settings FROM job WHERE id = $id) AND state IN ('Done', 'Running')
            ORDER BY state, id LIMIT 1
            """,
            ReadJob,
            ("$print", fingerprint), ("$style", job.Style), ("$id", job.Id)).SingleOrDefault();
}
