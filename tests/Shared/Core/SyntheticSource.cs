using VideoStyle.Core.Media;

namespace VideoStyle.Tests;

/// <summary>Frames whose pixels are a function of time and place, with an odd size and uneven times, as in real videos.</summary>
internal sealed class SyntheticSource(int frames, int width = 53, int height = 37, Func<int, int, int, byte>? pixel = null) : IFrameSource
{
    private int _next;

    public int FailAt { get; init; } = -1;

    public VideoInfo Info { get; } = new() { Name = "synthetic", Width = width, Height = height, TimeBase = new Rational(1, 1000) };

    public Frame? Read(FramePool pool)
    {
        if (_next == FailAt)
            throw new InvalidOperationException("decoder broke");
        if (_next == frames)
            return null;
        var frame = pool.Rent(width, height);
        frame.Pts = 17 + 40L * _next + _next % 3;
        frame.Duration = 40;
        for (var y = 0; y < height; y++)
            for (var x = 0; x < 3 * width; x++)
                frame.Pixels[3 * y * width + x] = pixel?.Invoke(_next, x / 3, y) ?? (byte)(_next + x + 7 * y);
        _next++;
        return frame;
    }

    public void Dispose()
    {
        // Holds nothing.
    }
}
