using System.Runtime.CompilerServices;

namespace VideoStyle.Core.Media;

/// <summary>Makes the small grey pictures that motion is estimated on.</summary>
public static class LumaReducer
{
    /// <summary>Picks by which whole number a frame is divided, so that its longer side comes near a wanted length.</summary>
    /// <param name="width">Width of the frame in pixels.</param>
    /// <param name="height">Height of the frame in pixels.</param>
    /// <param name="longSide">The wanted length of the longer side in pixels.</param>
    /// <returns>1 or more; never so large that a side falls below 16 pixels that was above it.</returns>
    public static int FactorFor(int width, int height, int longSide)
    {
        var factor = Math.Max(1, (int)Math.Round((double)Math.Max(width, height) / longSide));
        return Math.Max(1, Math.Min(factor, Math.Min(width, height) / 16));
    }

    /// <summary>Averages blocks of pixels and takes their luma (BT.601: 0.299 R + 0.587 G + 0.114 B).</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="factor">Side of a block, 1 or more; blocks at the right and lower edge may be cut.</param>
    /// <returns>A picture of <c>⌈width / factor⌉ × ⌈height / factor⌉</c>.</returns>
    public static LumaImage Reduce(Frame frame, int factor)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentOutOfRangeException.ThrowIfLessThan(factor, 1);
        var (width, height) = ((frame.Width + factor - 1) / factor, (frame.Height + factor - 1) / factor);
        var pixels = new byte[width * height];
        var sums = new int[frame.Width];
        for (var y = 0; y < height; y++)
        {
            var rows = Math.Min(factor, frame.Height - y * factor);
            SumRows(frame, y * factor, rows, sums);
            var line = pixels.AsSpan(y * width, width);
            for (var x = 0; x < width; x++)
                line[x] = AverageBlock(sums.AsSpan(x * factor, Math.Min(factor, frame.Width - x * factor)), rows);
        }

        return new LumaImage(width, height, pixels);
    }

    // Column sums of 256 · luma over the rows of one block line.
    private static void SumRows(Frame frame, int firstRow, int rows, int[] sums)
    {
        Array.Clear(sums);
        for (var y = firstRow; y < firstRow + rows; y++)
        {
            var row = frame.Pixels.Slice(3 * y * frame.Width, 3 * frame.Width);
            for (var x = 0; x < sums.Length; x++)
                sums[x] += 77 * row[3 * x] + 150 * row[3 * x + 1] + 29 * row[3 * x + 2];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte AverageBlock(ReadOnlySpan<int> columns, int rows)
    {
        var sum = 0;
        foreach (var column in columns)
            sum += column;
        var scale = 256 * columns.Length * rows;
        return (byte)((sum + scale / 2) / scale);
    }
}
