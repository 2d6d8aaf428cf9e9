using VideoStyle.Core.Flow;

namespace VideoStyle.OpticalFlow;

/// <summary>Flow in two planes, one for each axis, in pixels.</summary>
internal sealed class FlowPlanes
{
    /// <summary>Allocates flow for images of a size.</summary>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    public FlowPlanes(int width, int height)
    {
        (Width, Height) = (width, height);
        Stride = (width + 15) & ~7;
        (X, Y) = (new float[Stride * height], new float[Stride * height]);
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Gets the distance between two rows in values; a vector of 8 values that begins in a row ends in that row's memory.</summary>
    public int Stride { get; }

    public float[] X { get; }

    public float[] Y { get; }

    /// <summary>Copies the flow, or the upper left part of it, and enlarges it by bilinear interpolation.</summary>
    /// <param name="width">Width of the result in pixels.</param>
    /// <param name="height">Height of the result in pixels.</param>
    /// <param name="level">The flow's size is that of the images divided by 2 to this power.</param>
    public FlowField ToField(int width, int height, int level)
    {
        var vectors = FlowBuffers.Rent(2 * width * height);
        var scale = 1 << level;
        for (var y = 0; y < height; y++)
        {
            var row = vectors.AsSpan(2 * y * width, 2 * width);
            if (level == 0)
                Interleave(y, row);
            else
                Enlarge(y, scale, row);
        }

        return new FlowField(width, height, vectors);
    }

    private void Interleave(int y, Span<float> row)
    {
        for (var i = 0; 2 * i < row.Length; i++)
            (row[2 * i], row[2 * i + 1]) = (X[y * Stride + i], Y[y * Stride + i]);
    }

    private void Enlarge(int y, int scale, Span<float> row)
    {
        var (top, down) = Locate(y, scale, Height);
        for (var i = 0; 2 * i < row.Length; i++)
        {
            var (left, across) = Locate(i, scale, Width);
            var (above, below) = (top * Stride + left, Math.Min(top + 1, Height - 1) * Stride + left);
            var step = left + 1 < Width ? 1 : 0;
            row[2 * i] = scale * Mix(X, above, below, step, across, down);
            row[2 * i + 1] = scale * Mix(Y, above, below, step, across, down);
        }
    }

    private static (int Index, float Fraction) Locate(int at, int scale, int size)
    {
        var place = Math.Clamp((at + 0.5f) / scale - 0.5f, 0, size - 1);
        return ((int)place, place - (int)place);
    }

    private static float Mix(float[] values, int above, int below, int step, float across, float down)
    {
        var upper = values[above] + across * (values[above + step] - values[above]);
        var lower = values[below] + across * (values[below + step] - values[below]);
        return upper + down * (lower - upper);
    }
}
