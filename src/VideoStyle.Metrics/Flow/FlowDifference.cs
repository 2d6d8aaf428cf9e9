using VideoStyle.Core.Flow;

namespace VideoStyle.Metrics.Flow;

/// <summary>The difference of two flow fields that tOF averages.</summary>
/// <remarks>
/// TecoGAN's <c>metrics.py</c>: mean Euclidean norm of the difference of two Farneback fields, inside the largest
/// centerd area of multiples of 32 that leaves at least 16 pixels in all on each axis. An image too small for that is
/// taken whole.
/// </remarks>
internal static class FlowDifference
{
    public static double Mean(FlowField a, FlowField b)
    {
        var (left, columns) = Crop(a.Width);
        var (top, lines) = Crop(a.Height);
        double sum = 0;
        for (var y = top; y < top + lines; y++)
        {
            var start = 2 * (y * a.Width + left);
            for (var i = start; i < start + 2 * columns; i += 2)
            {
                var (dx, dy) = (a.Vectors[i] - b.Vectors[i], a.Vectors[i + 1] - b.Vectors[i + 1]);
                sum += MathF.Sqrt(dx * dx + dy * dy);
            }
        }

        return sum / ((double)columns * lines);
    }

    private static (int Start, int Length) Crop(int side)
    {
        var length = side / 32 * 32;
        while (length > side - 16)
            length -= 32;
        return length <= 0 ? (0, side) : ((side - length) / 2, length);
    }
}
