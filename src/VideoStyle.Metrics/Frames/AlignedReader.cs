using System.Globalization;
using VideoStyle.Core;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;

namespace VideoStyle.Metrics.Frames;

/// <summary>Reads several clips frame by frame and refuses those whose sizes, lengths or times differ.</summary>
internal sealed class AlignedReader
{
    /// <summary>Containers round times to milliseconds.</summary>
    private const double Rounding = 0.0021;

    private readonly IReadOnlyList<MeasuredClip> _clips;
    private readonly bool _ignoreTiming;
    private readonly FramePool _pool = new();
    private readonly double[] _origins;
    private byte[] _cropped = [];
    private double _previousSeconds;
    private long _index;

    public AlignedReader(IReadOnlyList<MeasuredClip> clips, bool ignoreTiming)
    {
        (_clips, _ignoreTiming, _origins) = (clips, ignoreTiming, new double[clips.Count]);
        foreach (var clip in clips.Skip(1))
            RequireSameShape(clips[0], clip);
    }

    public int Width => _clips[0].Frames.Info.Width;

    public int Height => _clips[0].Frames.Info.Height;

    /// <summary>Reads the next frame of every clip.</summary>
    /// <returns>False at the end of all clips.</returns>
    /// <exception cref="VideoStyleException">One clip ends before another, or shows another moment.</exception>
    public bool TryRead(FrameSet set)
    {
        var frames = new Frame?[_clips.Count];
        try
        {
            for (var i = 0; i < frames.Length; i++)
                frames[i] = _clips[i].Frames.Read(_pool);
            if (frames.All(frame => frame is null))
                return false;
            RequireSameLength(frames);
            set.Index = _index;
            set.Seconds = Seconds(0, frames[0]!);
            for (var i = 1; i < frames.Length && !_ignoreTiming; i++)
                RequireSameMoment(i, Seconds(i, frames[i]!), set.Seconds);
            for (var i = 0; i < frames.Length; i++)
                set.Images[i].Fill(Crop(frames[i]!));
            _previousSeconds = set.Seconds;
            _index++;
            return true;
        }
        finally
        {
            foreach (var frame in frames)
                frame?.Dispose();
        }
    }

    private static void RequireSameShape(MeasuredClip source, MeasuredClip clip)
    {
        var (a, b) = (source.Frames.Info, clip.Frames.Info);
        if (!IsSameOrMadeEven(a.Width, b.Width) || !IsSameOrMadeEven(a.Height, b.Height))
            throw new VideoStyleException(
                ErrorKind.Input,
                $"{clip.Name}: is {b.Width}x{b.Height}, {source.Name} is {a.Width}x{a.Height}.",
                "Measure clips of one size; scaling changes the figures, so scale before stylizing."
            );
    }

    // Encoders of even sizes repeat the last column or row of an odd one.
    private static bool IsSameOrMadeEven(int source, int clip) => clip == source || clip == source + (source & 1);

    private ReadOnlySpan<byte> Crop(Frame frame)
    {
        if ((frame.Width, frame.Height) == (Width, Height))
            return frame.Pixels;
        Array.Resize(ref _cropped, 3 * Width * Height);
        for (var y = 0; y < Height; y++)
            frame.Pixels.Slice(3 * y * frame.Width, 3 * Width).CopyTo(_cropped.AsSpan(3 * y * Width));
        return _cropped;
    }

    private double Seconds(int clip, Frame frame)
    {
        var seconds = frame.Pts * _clips[clip].Frames.Info.TimeBase.Value;
        if (_index == 0)
            _origins[clip] = seconds; // a constant offset between containers means nothing
        return seconds - _origins[clip];
    }

    private void RequireSameLength(Frame?[] frames)
    {
        var ended = Array.FindIndex(frames, frame => frame is null);
        if (ended < 0)
            return;
        var longer = _clips[Array.FindIndex(frames, frame => frame is not null)];
        throw new VideoStyleException(
            ErrorKind.Input,
            $"{_clips[ended].Name}: ends after {Counted.Of(_index, "frame")}, {longer.Name} goes on.",
            $"Were frames lost? To measure what they share, set MaxFrames to {_index}."
        );
    }

    private void RequireSameMoment(int clip, double seconds, double expected)
    {
        var tolerance = Math.Max(Rounding, _index == 0 ? 0 : (expected - _previousSeconds) / 2);
        if (Math.Abs(seconds - expected) <= tolerance)
            return;
        var (own, other) = (_clips[0].Frames.Info.FrameRate, _clips[clip].Frames.Info.FrameRate);
        var rates = own.IsKnown && other.IsKnown && Math.Abs(own.Value / other.Value - 1) > 1e-3;
        throw new VideoStyleException(
            ErrorKind.Input,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{_clips[clip].Name}: frame {_index} is shown at {seconds:0.000} s, that of {_clips[0].Name} at {expected:0.000} s"
            )
                + (rates ? string.Create(CultureInfo.InvariantCulture, $" ({other.Value:0.###} against {own.Value:0.###} frames a second).") : "."),
            rates
                ? "Give both the same frame rate, or set IgnoreTiming to match frames by number."
                : "A frame was dropped or doubled before it; set IgnoreTiming to match frames by number all the same."
        );
    }
}
