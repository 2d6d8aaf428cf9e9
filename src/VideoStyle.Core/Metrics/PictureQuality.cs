using System.Numerics;
using System.Runtime.InteropServices;
using VideoStyle.Core.Media;

namespace VideoStyle.Core.Metrics;

/// <summary>Metrics of single pictures that need neither flow nor a network.</summary>
internal static class PictureQuality
{
    /// <summary>Gets the mean squared difference over all pixels and channels, 0–65025.</summary>
    public static double MeanSquaredError(Picture a, Picture b)
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

    /// <summary>Gets the gradient energy: the mean of the squared Sobel gradient of the luma (0–255) over all pixels that have neighbours.</summary>
    /// <returns>0 for pictures under 3 pixels on a side.</returns>
    public static double GradientEnergy(LumaImage luma)
    {
        if (luma.Width < 3 || luma.Height < 3)
            return 0;
        var rows = new long[luma.Height];
        Parallel.For(1, luma.Height - 1, y =>
        {
            var above = luma.Pixels.AsSpan((y - 1) * luma.Width, luma.Width);
            var here = luma.Pixels.AsSpan(y * luma.Width, luma.Width);
            var below = luma.Pixels.AsSpan((y + 1) * luma.Width, luma.Width);
            long sum = 0;
            for (var x = 1; x < luma.Width - 1; x++)
            {
                var gx = above[x + 1] - above[x - 1] + 2 * (here[x + 1] - here[x - 1]) + below[x + 1] - below[x - 1];
                var gy = below[x - 1] + 2 * below[x] + below[x + 1] - above[x - 1] - 2 * above[x] - above[x + 1];
                sum += gx * gx + gy * gy;
            }

            rows[y] = sum;
        });
        return (double)rows.Sum() / ((long)(luma.Width - 2) * (luma.Height - 2));
    }
}
