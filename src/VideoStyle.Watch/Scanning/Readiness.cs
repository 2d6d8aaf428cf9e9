using VideoStyle.Native.Files;

namespace VideoStyle.Watch.Scanning;

/// <summary>Tells when a file that is being copied has come to rest.</summary>
/// <remarks>
/// A file is at rest when its stamp was the same at two looks or more and no change was seen for the settling time.
/// That time is counted from what was seen, on a monotonic clock: neither a clock that jumps nor a copy tool that sets
/// times back or forward can make a half-copied file look old.
/// </remarks>
/// <param name="settle">How long no change must be seen, 0 or more.</param>
/// <param name="time">The clock.</param>
public sealed class Readiness(TimeSpan settle, TimeProvider time)
{
    private readonly Dictionary<string, Sight> _seen = new(StringComparer.Ordinal);

    /// <summary>Gets the number of files that have not come to rest.</summary>
    public int Count => _seen.Count;

    /// <summary>Takes note of a look at a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="stamp">What it looks like now.</param>
    /// <returns>Whether it has come to rest, also without content; it is forgotten then.</returns>
    public bool Observe(string path, FileStamp stamp)
    {
        var now = time.GetTimestamp();
        if (!_seen.TryGetValue(path, out var sight) || sight.Stamp != stamp)
        {
            _seen[path] = new Sight(stamp, now);
            return false;
        }

        if (time.GetElapsedTime(sight.Since, now) < settle)
            return false;
        _seen.Remove(path);
        return true;
    }

    /// <summary>Forgets a file that is gone or was taken by its marker.</summary>
    /// <param name="path">The file.</param>
    public void Forget(string path) => _seen.Remove(path);

    /// <summary>Forgets the files that a full scan did not see.</summary>
    /// <param name="isPresent">Whether a path was seen.</param>
    public void KeepOnly(Func<string, bool> isPresent)
    {
        ArgumentNullException.ThrowIfNull(isPresent);
        foreach (var path in _seen.Keys.Where(path => !isPresent(path)).ToList())
            _seen.Remove(path);
    }

    /// <summary>Gives back memory that many files have taken.</summary>
    public void TrimExcess() => _seen.TrimExcess();

    private readonly record struct Sight(FileStamp Stamp, long Since);
}
