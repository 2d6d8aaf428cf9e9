using System.Numerics;
using System.Runtime.InteropServices;
using VideoStyle.Metrics.Frames;

namespace VideoStyle.Metrics.Quality;

/// <summary>The mean squared error of two images.</summary>
internal static class SquaredError
{
    /// <summary>Gets the mean squared difference over all pixels and channels, 0–65025.</summary>
    public static double Mean(FrameImage a, FrameImage b)
    {
        var count = 3 * a.Width * a.Height;
        var left = a.Rgb.AsSpan(0, count);
        var right = b.Rgb.AsSpan(0, count);
        long sum = 0;
        var lanes = MemoryMarshal.Cast<byte, Vector<byte>>(left);
        var otherLanes = MemoryMarshal.Cast<byte, Vector<byte>>(right);
        for (var i = 0; i < lanes.Length; i++)
        {
            // Of unsigned bytes, the larger less the smaller cannot wrap.
            var difference = Vector.Max(lanes[i], otherLanes[i]) - Vector.Min(lanes[i], otherLanes[i]);
            Vector.Widen(difference, out var low, out var high);
            Vector.Widen(low * low, out var first, out var second);
            Vector.Widen(high * high, out var third, out var fourth);
            sum += Vector.Sum(first + second + third + fourth);
        }

        for (var i = lanes.Length * Vector<byte>.Count; i < count; i++)
            sum += (left[i] - right[i]) * (left[i] - right[i]);
        return (double)sum / count;
    }
}
