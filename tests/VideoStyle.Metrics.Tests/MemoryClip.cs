using VideoStyle.Core.Media;

namespace VideoStyle.Metrics.Tests;

/// <summary>A clip whose pixels are a function of frame, place and channel; it keeps nothing and can be of any length.</summary>
internal sealed class MemoryClip(int frames, int width, int height, Func<int, int, int, int, double> color) : IFrameSource
{
    private int _next;

    /// <summary>Gets the ticks of 1/1000 s between frames.</summary>
    public long Step { get; init; } = 40;

    /// <summary>Gets the time of the first frame.</summary>
    public long Start { get; init; }

    public VideoInfo Info => new()
    {
        Name = "memory",
        Width = width,
        Height = height,
        TimeBase = new Rational(1, 1000),
        FrameRate = new Rational(1000, (int)Step),
        FrameCount = frames,
    };

    public MeasuredClip Named(string name) => new(name, this);

    public Frame? Read(FramePool pool)
    {
        if (_next == frames)
            return null;
        var frame = pool.Rent(width, height);
        (frame.Index, frame.Pts, frame.Duration) = (_next, Start + Step * _next, Step);
        var pixels = frame.Pixels;
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                for (var c = 0; c < 3; c++)
                    pixels[3 * (y * width + x) + c] = (byte)Math.Clamp(Math.Round(color(_next, x, y, c)), 0, 255);
        _next++;
        return frame;
    }

    public void Dispose()
    {
        // Holds nothing.
    }

    /// <summary>A texture without end, the same for the same place.</summary>
    public static double Texture(double x, double y, int channel) =>
        128 + 50 * Math.Sin(0.31 * x + 0.11 * y + channel) + 40 * Math.Sin(0.07 * x - 0.23 * y + 2 * channel);
}
