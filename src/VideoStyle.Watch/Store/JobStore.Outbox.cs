namespace VideoStyle.Watch.Store;

// Events for hooks: written in the transaction that ends a job, removed once delivered, so delivered at least once.
internal sealed partial class JobStore
{
    /// <summary>Reads events whose time has come, oldest first.</summary>
    public List<(long Id, string Event, string Body, int Failures)> DueEvents(int limit) =>
        Query(
            "SELECT id, event, body, failures FROM outbox WHERE due <= $now OR due > $now + 7200000 ORDER BY id LIMIT $limit",
            row => (row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetInt32(3)), ("$now", Now), ("$limit", limit));

    /// <summary>Counts the events that are not delivered.</summary>
    public long PendingEvents() => Query("SELECT count(*) FROM outbox", row => row.GetInt64(0)).Single();

    /// <summary>Forgets an event that was delivered, or has been tried often enough.</summary>
    public void Delivered(long id) => Execute("DELETE FROM outbox WHERE id = $id", ("$id", id));

    /// <summary>Keeps an event for another attempt.</summary>
    public void Postpone(long id, TimeSpan pause) =>
        Execute("UPDATE outbox SET failures = failures + 1, due = $due WHERE id = $id", ("$id", id), ("$due", Now + (long)pause.TotalMilliseconds));

    private void Post(string name, string body) =>
        Execute("INSERT INTO outbox (event, body) VALUES ($event, $body)", ("$event", name), ("$body", body));
}
