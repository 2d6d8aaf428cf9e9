using VideoStyle.Core.Media;
using VideoStyle.Live.Painting;

namespace VideoStyle.Live.Writing;

/// <summary>Takes painted frames to every output and to the page; makes frozen and split pictures.</summary>
/// <param name="flight">Knows when a frame came, and its original.</param>
/// <param name="clock">Tells the time.</param>
/// <param name="meter">Told the delays.</param>
/// <param name="settings">Says what is shown.</param>
internal sealed class LiveSink(FramesInFlight flight, LiveClock clock, LatencyMeter meter, Func<LiveSettings> settings) : IFrameSink
{
    private const int DividerWidth = 2;
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(500);

    private readonly FramePool _pool = new();
    private readonly Lock _lock = new();
    private IReadOnlyList<LiveOutput> _outputs = [];
    private Frame? _last;
    private Frame? _frozen;
    private TimeSpan _written;
    private long _shown;

    /// <summary>Called with each picture that is shown, which stays the caller's; or null.</summary>
    public Action<Frame>? Shown { get; set; }

    /// <summary>Gets or sets the outputs.</summary>
    public IReadOnlyList<LiveOutput> Outputs
    {
        get => Volatile.Read(ref _outputs);
        set => Volatile.Write(ref _outputs, value);
    }

    /// <inheritdoc />
    public void Write(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        var (timestamp, original) = flight.End(frame);
        using (original)
            lock (_lock)
            {
                var now = settings();
                if (now.Split is { } split && original is not null)
                    ShowOriginal(frame, original, split);
                Freeze(frame, now.Freeze);
                Show(_frozen ?? frame, frame.Pts, frame.Duration);
            }

        meter.Add(clock.Elapsed, clock.Since(timestamp));
    }

    /// <summary>Shows the last picture again where none has come for a while, so that outputs stay open.</summary>
    public void Repeat()
    {
        lock (_lock)
        {
            if (_last is null || clock.Elapsed - _written < Silence)
                return;
            using var again = Copy(_last);
            Show(again, LiveClock.Ticks(clock.Elapsed), again.Duration);
        }
    }

    /// <summary>Copies the picture that is shown.</summary>
    /// <returns>A frame that the caller owns; null before the first.</returns>
    public Frame? Snapshot()
    {
        lock (_lock)
            return _last is null ? null : Copy(_last);
    }

    /// <inheritdoc />
    public void Finish()
    {
        // A session ends; the outputs stay open for the next one.
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _last?.Dispose();
        _frozen?.Dispose();
    }

    private void Freeze(Frame frame, bool isFrozen)
    {
        if (isFrozen == _frozen is not null)
            return;
        _frozen?.Dispose();
        _frozen = isFrozen ? Copy(frame) : null;
    }

    private void Show(Frame picture, long pts, long duration)
    {
        if (pts <= _shown && _last is not null)
            return;
        (picture.Pts, picture.Duration) = (pts, duration);
        foreach (var output in Outputs)
            output.Offer(picture);
        Shown?.Invoke(picture);
        var last = Copy(picture);
        _last?.Dispose();
        (_last, _shown, _written) = (last, pts, clock.Elapsed);
    }

    private Frame Copy(Frame frame)
    {
        var copy = _pool.Rent(frame.Width, frame.Height);
        frame.Pixels.CopyTo(copy.Pixels);
        copy.CopyTimingFrom(frame);
        return copy;
    }

    private static void ShowOriginal(Frame frame, Frame original, double split)
    {
        var divider = (int)Math.Round(Math.Clamp(split, 0, 1) * frame.Width);
        var row = 3 * frame.Width;
        for (var y = 0; y < frame.Height; y++)
        {
            var to = frame.Pixels.Slice(y * row, row);
            original.Pixels.Slice(y * row, 3 * divider).CopyTo(to);
            to[(3 * divider)..Math.Min(row, 3 * (divider + DividerWidth))].Fill(byte.MaxValue);
        }
    }
}
