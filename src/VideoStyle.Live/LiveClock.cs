using VideoStyle.Core.Media;

namespace VideoStyle.Live;

/// <summary>The time since the first frame, which outputs state: that of the input while it comes, and real time while it does not.</summary>
internal sealed class LiveClock(TimeProvider time)
{
    /// <summary>The ticks of all times that are written.</summary>
    public static readonly Rational TimeBase = new(1, 90_000);

    private long _start;

    /// <summary>Gets whether the first frame has come.</summary>
    public bool IsRunning => Volatile.Read(ref _start) != 0;

    /// <summary>Gets the real time since the first frame.</summary>
    public TimeSpan Elapsed => IsRunning ? time.GetElapsedTime(Volatile.Read(ref _start)) : TimeSpan.Zero;

    /// <summary>Gets a point in real time.</summary>
    public long Timestamp => time.GetTimestamp();

    /// <summary>Gets the time since a point.</summary>
    public TimeSpan Since(long timestamp) => time.GetElapsedTime(timestamp);

    /// <summary>Lets time begin, if it has not begun.</summary>
    public void Start() => Interlocked.CompareExchange(ref _start, time.GetTimestamp(), 0);

    /// <summary>Waits; false where it was cut short.</summary>
    public bool Wait(TimeSpan delay, CancellationToken cancellationToken)
    {
        if (delay <= TimeSpan.Zero)
            return !cancellationToken.IsCancellationRequested;
        using ManualResetEventSlim due = new();
        using var timer = time.CreateTimer(_ => due.Set(), state: null, delay, Timeout.InfiniteTimeSpan);
        try
        {
            due.Wait(cancellationToken);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Converts a time to ticks.</summary>
    public static long Ticks(TimeSpan time) => (long)Math.Round(time.TotalSeconds * TimeBase.Denominator);

    /// <summary>Converts ticks to a time.</summary>
    public static TimeSpan Time(long ticks) => TimeSpan.FromSeconds(ticks * TimeBase.Value);
}
