using VideoStyle.Core.Media;

namespace VideoStyle.Live.Painting;

/// <summary>The frames between the input and the outputs: no more than keep every stage busy, so that none waits long; with their originals.</summary>
/// <param name="max">The most frames at once, at least 1.</param>
internal sealed class FramesInFlight(int max) : IDisposable
{
    private readonly object _gate = new();
    private readonly int _max = max;
    private int _limit = max;
    private int _underWay;
    private readonly Queue<(long Pts, long Timestamp, Frame? Original)> _frames = new();
    private readonly FramePool _pool = new();

    /// <summary>Gets or sets how many may be under way: fewer wait for each other less, and keep fewer stages busy. From 1 to the most.</summary>
    public int Limit
    {
        get => Volatile.Read(ref _limit);
        set
        {
            Volatile.Write(ref _limit, Math.Clamp(value, 1, _max));
            Wake();
        }
    }

    /// <summary>Gets or sets whether originals are kept, which costs a copy of each.</summary>
    public bool KeepsOriginals { get; set; }

    /// <summary>Waits until one more frame may come; false where the session ends before.</summary>
    public bool WaitForRoom(CancellationToken session)
    {
        using var waking = session.Register(Wake);
        lock (_gate)
        {
            while (_underWay >= _limit && !session.IsCancellationRequested)
                Monitor.Wait(_gate);
            if (session.IsCancellationRequested)
                return false;
            _underWay++;
            return true;
        }
    }

    /// <summary>Gives room back that was not used.</summary>
    public void GiveBack()
    {
        lock (_gate)
        {
            _underWay--;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Takes note of a frame.</summary>
    public void Begin(Frame frame, long timestamp)
    {
        Frame? original = null;
        if (KeepsOriginals)
        {
            original = _pool.Rent(frame.Width, frame.Height);
            frame.Pixels.CopyTo(original.Pixels);
        }

        lock (_frames)
            _frames.Enqueue((frame.Pts, timestamp, original));
    }

    /// <summary>Ends the way of a frame, and of those before it that came to nothing.</summary>
    /// <returns>When it came; and its original, owned by the caller, or null.</returns>
    public (long Timestamp, Frame? Original) End(Frame frame)
    {
        lock (_frames)
            while (_frames.TryDequeue(out var next))
            {
                GiveBack();
                if (next.Pts == frame.Pts)
                    return (next.Timestamp, next.Original);
                next.Original?.Dispose();
            }

        throw new InvalidOperationException("A frame came out that had not gone in.");
    }

    /// <summary>Forgets what a pipeline left behind.</summary>
    public void Clear()
    {
        lock (_frames)
            while (_frames.TryDequeue(out var next))
            {
                next.Original?.Dispose();
                GiveBack();
            }
    }

    /// <inheritdoc />
    public void Dispose() => Clear();

    private void Wake()
    {
        lock (_gate)
            Monitor.PulseAll(_gate);
    }
}
