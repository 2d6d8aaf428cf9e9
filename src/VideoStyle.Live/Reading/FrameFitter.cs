using VideoStyle.Core.Media;

namespace VideoStyle.Live.Reading;

/// <summary>Brings a frame to another size, with black beside it where the shape differs.</summary>
internal static class FrameFitter
{
    /// <summary>Fits a frame by bilinear interpolation.</summary>
    /// <param name="frame">The frame; kept by the caller.</param>
    /// <param name="width">The width wanted.</param>
    /// <param name="height">The height wanted.</param>
    /// <param name="pool">Lends the result.</param>
    /// <returns>A frame with the same times, owned by the caller.</returns>
    public static Frame Fit(Frame frame, int width, int height, FramePool pool)
    {
        var scale = Math.Min((double)width / frame.Width, (double)height / frame.Height);
        var (w, h) = (Math.Clamp((int)Math.Round(frame.Width * scale), 1, width), Math.Clamp((int)Math.Round(frame.Height * scale), 1, height));
        var (left, top) = ((width - w) / 2, (height - h) / 2);
        var fitted = pool.Rent(width, height);
        fitted.CopyTimingFrom(frame);
        var from = frame.Pixels;
        var to = fitted.Pixels;
        to.Clear();
        for (var y = 0; y < h; y++)
        {
            var (row, below, down) = Position(y, h, frame.Height);
            for (var x = 0; x < w; x++)
            {
                var (column, beside, right) = Position(x, w, frame.Width);
                for (var c = 0; c < 3; c++)
                {
                    var upper = Mix(from[3 * (row * frame.Width + column) + c], from[3 * (row * frame.Width + beside) + c], right);
                    var lower = Mix(from[3 * (below * frame.Width + column) + c], from[3 * (below * frame.Width + beside) + c], right);
                    to[3 * ((top + y) * width + left + x) + c] = (byte)(Mix(upper, lower, down) + 0.5f);
                }
            }
        }

        return fitted;
    }

    private static (int First, int Second, float Fraction) Position(int at, int length, int source)
    {
        var exact = Math.Clamp((at + 0.5f) * source / length - 0.5f, 0, source - 1);
        var first = (int)exact;
        return (first, Math.Min(first + 1, source - 1), exact - first);
    }

    private static float Mix(float a, float b, float fraction) => a + fraction * (b - a);
}
