namespace VideoStyle.Live.Painting;

/// <summary>The delays of the last frames.</summary>
internal sealed class LatencyMeter
{
    private const int Kept = 120;
    private const int LongestMilliseconds = 10_000;

    private readonly long[] _all = new long[LongestMilliseconds + 1]; // frames by their delay in milliseconds

    private readonly Queue<(TimeSpan At, TimeSpan Latency)> _last = new();
    private readonly Lock _lock = new();
    private long _written;

    /// <summary>Gets the frames so far.</summary>
    public long Written => Volatile.Read(ref _written);

    /// <summary>Adds a frame.</summary>
    /// <param name="at">When it was written, since the start.</param>
    /// <param name="latency">From its arrival to its way out.</param>
    public void Add(TimeSpan at, TimeSpan latency)
    {
        lock (_lock)
        {
            _last.Enqueue((at, latency));
            if (_last.Count > Kept)
                _last.Dequeue();
            _all[(int)Math.Clamp(latency.TotalMilliseconds, 0, LongestMilliseconds)]++;
        }

        Interlocked.Increment(ref _written);
    }

    /// <summary>Gets the delay that a share of all frames do not exceed.</summary>
    /// <param name="share">0–1.</param>
    public TimeSpan OfAll(double share)
    {
        lock (_lock)
        {
            var (wanted, seen, at) = (share * _all.Sum(), 0L, 0);
            for (; at < LongestMilliseconds && seen + _all[at] < wanted; at++)
                seen += _all[at];
            return TimeSpan.FromMilliseconds(at);
        }
    }

    /// <summary>Gets the delays since a time: the median, and what one frame in twenty exceeds; and the frames a second.</summary>
    public (TimeSpan Median, TimeSpan High, double FramesPerSecond) Since(TimeSpan time, TimeSpan now)
    {
        lock (_lock)
        {
            var latencies = _last.Where(frame => frame.At >= time).Select(frame => frame.Latency).Order().ToList();
            var seconds = (now - time).TotalSeconds;
            return latencies.Count == 0
                ? (TimeSpan.Zero, TimeSpan.Zero, 0)
                : (latencies[latencies.Count / 2], latencies[Math.Min(latencies.Count - 1, latencies.Count * 19 / 20)], seconds > 0 ? latencies.Count / seconds : 0);
        }
    }
}
