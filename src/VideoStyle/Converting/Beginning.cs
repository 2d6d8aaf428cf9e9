using System.Diagnostics;
using VideoStyle.Core.Media;

namespace VideoStyle.Converting;

/// <summary>The first frames of a source: at most so many, and fewer once the time is up.</summary>
/// <param name="source">The source; not disposed here.</param>
/// <param name="maxFrames">The most frames.</param>
/// <param name="minFrames">The frames that are given however long they take.</param>
/// <param name="budget">The time since the first frame was read.</param>
internal sealed class Beginning(IFrameSource source, int maxFrames, int minFrames, TimeSpan budget) : IFrameSource
{
    private long _start;
    private int _read;

    /// <inheritdoc />
    public VideoInfo Info => source.Info;

    /// <inheritdoc />
    public Frame? Read(FramePool pool)
    {
        if (_read == 0)
            _start = Stopwatch.GetTimestamp();
        if (_read >= maxFrames || (_read >= minFrames && Stopwatch.GetElapsedTime(_start) > budget))
            return null;
        _read++;
        return source.Read(pool);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        // The source belongs to who opened it.
    }
}
