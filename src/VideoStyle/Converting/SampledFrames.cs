using VideoStyle.Core.Media;

namespace VideoStyle.Converting;

/// <summary>Frames in memory as a short clip.</summary>
/// <param name="video">What they were taken from.</param>
internal sealed class SampledFrames(VideoInfo video) : IFrameSource
{
    private readonly List<(Frame Frame, TimeSpan Time)> _frames = [];
    private int _next;

    /// <inheritdoc />
    public VideoInfo Info => video;

    /// <summary>Gets the number of frames.</summary>
    public int Count => _frames.Count;

    /// <summary>Adds a frame, which belongs to the clip from then on.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="time">When it is shown, later than the frames before.</param>
    public void Add(Frame frame, TimeSpan time) => _frames.Add((frame, time));

    /// <summary>Puts the frames into the upper row of a sheet.</summary>
    public void PlaceOn(ContactSheet sheet)
    {
        for (var i = 0; i < _frames.Count; i++)
            sheet.Place(i, row: 0, _frames[i].Frame);
    }

    /// <inheritdoc />
    public Frame? Read(FramePool pool)
    {
        if (_next == _frames.Count)
            return null;
        var (from, time) = _frames[_next];
        var frame = pool.Rent(from.Width, from.Height);
        from.Pixels.CopyTo(frame.Pixels);
        // Styles may change with time.
        var ticks = video.TimeBase.IsKnown ? (long)Math.Round(time.TotalSeconds / video.TimeBase.Value) : _next;
        (frame.Index, frame.Pts, frame.Duration) = (_next, ticks, 1);
        _next++;
        return frame;
    }

    /// <inheritdoc />
    public void Dispose() => _frames.ForEach(picked => picked.Frame.Dispose());
}
