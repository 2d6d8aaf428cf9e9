using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using VideoStyle.Metrics.Flow;

namespace VideoStyle.Metrics.Farneback;

/// <summary>Averages rows of several values for each pixel over a square window that moves down an image; the outermost pixels are repeated.</summary>
/// <remarks>Sums down the columns are kept and updated by the row that enters and the one that leaves.</remarks>
internal sealed class BoxWindow
{
    private readonly int _width;
    private readonly int _stride;
    private readonly int _radius;
    private readonly double[][] _columns;
    private readonly double[][] _thirds;

    /// <param name="width">The width of the rows.</param>
    /// <param name="radius">The pixels on each side of the middle; the side of the window is a multiple of 3.</param>
    /// <param name="count">The number of values of each pixel; they lie one row behind the other, rounded up to whole vectors.</param>
    public BoxWindow(int width, int radius, int count)
    {
        (_width, _stride, _radius) = (width, FlowRow.RoundUp(width), radius);
        // From the window's radius before the first pixel to as much behind the last.
        var columns = _stride + 2 * radius + 1 + FlowRow.Margin;
        (_columns, _thirds, Averages) = (Rows(count, columns), Rows(count, columns), Rows(count, _stride));
    }

    /// <summary>Gets the averages of the row in the middle of the window, by value.</summary>
    public double[][] Averages { get; }

    /// <summary>Sums the rows that the window covers just above the first row.</summary>
    /// <param name="rows">The first rows, one for each pixel of the radius.</param>
    public void Start(IReadOnlyList<float[]> rows)
    {
        for (var i = 0; i < _columns.Length; i++)
            for (var x = 0; x < _width; x++)
            {
                double sum = rows[0][i * _stride + x] * (_radius + 2.0);
                for (var y = 1; y < _radius; y++)
                    sum += rows[y][i * _stride + x];
                _columns[i][_radius + x] = sum;
            }
    }

    /// <summary>Moves the window down by a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Move(float[] leaving, float[] entering)
    {
        for (var i = 0; i < _columns.Length; i++)
        {
            var columns = _columns[i];
            for (var x = 0; x < _stride; x += Vector512<float>.Count)
            {
                var change = Vector512.LoadUnsafe(ref entering[i * _stride + x]) - Vector512.LoadUnsafe(ref leaving[i * _stride + x]);
                ref var sums = ref columns[_radius + x];
                (Vector512.LoadUnsafe(ref sums) + Vector512.WidenLower(change)).StoreUnsafe(ref sums);
                (Vector512.LoadUnsafe(ref sums, 8) + Vector512.WidenUpper(change)).StoreUnsafe(ref sums, 8);
            }

            columns.AsSpan(0, _radius).Fill(columns[_radius]);
            columns.AsSpan(_radius + _width).Fill(columns[_radius + _width - 1]);
        }
    }

    /// <summary>Averages along the row: sums of three, and then of every third of those.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Average()
    {
        var side = 2 * _radius + 1;
        var scale = Vector512.Create(1.0 / (side * side));
        for (var i = 0; i < _columns.Length; i++)
        {
            var (columns, thirds, averages) = (_columns[i], _thirds[i], Averages[i]);
            for (var x = 0; x < _stride + side - 3; x += Vector512<double>.Count)
            {
                ref var at = ref columns[x];
                (Vector512.LoadUnsafe(ref at) + Vector512.LoadUnsafe(ref at, 1) + Vector512.LoadUnsafe(ref at, 2)).StoreUnsafe(ref thirds[x]);
            }

            for (var x = 0; x < _stride; x += Vector512<double>.Count)
            {
                var sum = Vector512.LoadUnsafe(ref thirds[x]);
                for (var offset = 3; offset < side; offset += 3)
                    sum += Vector512.LoadUnsafe(ref thirds[x + offset]);
                (sum * scale).StoreUnsafe(ref averages[x]);
            }
        }
    }

    private static double[][] Rows(int count, int length) => [.. Enumerable.Range(0, count).Select(_ => new double[length])];
}
