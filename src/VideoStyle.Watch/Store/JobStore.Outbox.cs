using System.Globalization;

namespace VideoStyle.Watch.Store;

// Events for hooks: written in the transaction that ends a job, removed once delivered, so delivered at least once.
internal sealed partial class JobStore
{
    private static readonly TimeSpan EventsExpectedFor = TimeSpan.FromDays(7);

    /// <summary>Takes the oldest event whose time has come; no other watcher delivers it meanwhile.</summary>
    /// <param name="owner">Who delivers it.</param>
    /// <param name="lease">After this time it was not delivered, and whoever asks gets it.</param>
    /// <returns>Null where none is due.</returns>
    public (long Id, string Event, string Body, int Failures)? ClaimEvent(string owner, TimeSpan lease) =>
        Query(
            """
            UPDATE outbox SET owner = $owner, due = $now + $lease
            WHERE id = (SELECT id FROM outbox WHERE due <= $now OR due > $now + $lease + 7200000 ORDER BY id LIMIT 1)
            RETURNING id, event, body, failures
            """,
            row => ((long, string, string, int)?)(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetInt32(3)),
            ("$owner", owner), ("$now", Now), ("$lease", (long)lease.TotalMilliseconds)).SingleOrDefault();

    /// <summary>Makes the events due that owners who are gone had taken.</summary>
    public void ReleaseEvents(Func<string, bool?> isAlive)
    {
        foreach (var owner in Query("SELECT DISTINCT owner FROM outbox WHERE owner IS NOT NULL", row => row.GetString(0)).Where(owner => isAlive(owner) is false))
            Execute("UPDATE outbox SET owner = NULL, due = 0 WHERE owner = $owner", ("$owner", owner));
    }

    /// <summary>Takes note that a watcher with hooks works here, so that those without write events for it.</summary>
    public void ExpectEvents() => Set("hooks", Now.ToString(CultureInfo.InvariantCulture));

    /// <summary>Tells whether a watcher with hooks has worked here in the last days.</summary>
    public bool AreEventsExpected =>
        long.TryParse(Setting("hooks"), NumberStyles.None, CultureInfo.InvariantCulture, out var at)
        && Now - at < (long)EventsExpectedFor.TotalMilliseconds;

    /// <summary>Counts the events that are not delivered.</summary>
    public long PendingEvents() => Query("SELECT count(*) FROM outbox", row => row.GetInt64(0)).Single();

    /// <summary>Forgets an event that was delivered, or has been tried often enough.</summary>
    public void Delivered(long id) => Execute("DELETE FROM outbox WHERE id = $id", ("$id", id));

    /// <summary>Keeps an event for another attempt.</summary>
    public void Postpone(long id, TimeSpan pause) =>
        Execute("UPDATE outbox SET failures = failures + 1, owner = NULL, due = $due WHERE id = $id", ("$id", id), ("$due", Now + (long)pause.TotalMilliseconds));

    private void Post(string name, string body) =>
        Execute("INSERT INTO outbox (event, body) VALUES ($event, $body)", ("$event", name), ("$body", body));
}
