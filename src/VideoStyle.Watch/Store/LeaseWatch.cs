namespace VideoStyle.Watch.Store;

/// <summary>Finds leases whose holder is gone, without trusting any clock but its own monotonic one.</summary>
/// <remarks>
/// The holder of a lease raises its beat every few seconds. A lease is lost when its holder is known to have ended, or
/// when its beat stood still for the whole <paramref name="patience"/> while we watched. No time of day is compared, so
/// a clock that jumps, or two machines that disagree, cannot hand one file to two workers.
/// </remarks>
/// <param name="patience">How long a beat may stand still; several times the interval between beats.</param>
/// <param name="time">The clock.</param>
public sealed class LeaseWatch(TimeSpan patience, TimeProvider time)
{
    private readonly Dictionary<long, Sight> _seen = [];

    /// <summary>Looks at one lease.</summary>
    /// <param name="job">The job's number.</param>
    /// <param name="owner">Who holds it.</param>
    /// <param name="beat">The holder's counter.</param>
    /// <param name="isOwnerAlive">True or false where that can be told for certain, null where it cannot.</param>
    /// <returns>Whether the lease may be taken away.</returns>
    public bool IsLost(long job, string owner, long beat, bool? isOwnerAlive)
    {
        if (isOwnerAlive is false)
            return true;
        var now = time.GetTimestamp();
        if (!_seen.TryGetValue(job, out var sight) || !string.Equals(sight.Owner, owner, StringComparison.Ordinal) || sight.Beat != beat)
        {
            _seen[job] = new Sight(owner, beat, now);
            return false;
        }

        return time.GetElapsedTime(sight.Since, now) >= patience;
    }

    /// <summary>Forgets leases that are no longer held.</summary>
    /// <param name="held">The numbers of the jobs that are.</param>
    public void KeepOnly(IReadOnlySet<long> held)
    {
        ArgumentNullException.ThrowIfNull(held);
        foreach (var job in _seen.Keys.Where(job => !held.Contains(job)).ToList())
            _seen.Remove(job);
    }

    private readonly record struct Sight(string Owner, long Beat, long Since);
}
