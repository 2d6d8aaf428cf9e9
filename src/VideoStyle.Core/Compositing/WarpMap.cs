using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using VideoStyle.Core.MotionEstimation;

namespace VideoStyle.Core.Compositing;

/// <summary>A motion made ready to be read at every pixel of a painting: steps in its pixels, a weight and a share, four numbers a place.</summary>
internal sealed class WarpMap : IDisposable
{
    /// <summary>
    /// Motion below this many pixels is taken for none, and up to twice as much is damped. An estimator never says
    /// exactly 0; a still picture need not be resampled for that. Not more: what moves by a tenth of a pixel a frame is two
    /// pixels away before its paint is renewed (at 0.2 px the error over ten frames was half as large again).
    /// </summary>
    private const float StillPx = 0.05f;

    private readonly int _width;
    private readonly int _height;
    private readonly int _factor;
    private float[]? _steps;

    /// <summary>Prepares a path.</summary>
    /// <param name="path">Steps and confidence at reduced resolution; kept by the caller.</param>
    /// <param name="scale">What the confidence is multiplied by to become the weight.</param>
    /// <param name="trustAll">Whether every confidence above 0 counts as 1.</param>
    public WarpMap(ComposedFlow path, float scale, bool trustAll = false)
    {
        (_width, _height, _factor) = (path.Width, path.Height, path.Factor);
        // One place more in each row, which repeats the last: its right neighbour is asked for.
        _steps = ArrayPool<float>.Shared.Rent(4 * (_width + 1) * _height);
        for (var y = 0; y < _height; y++)
            FillRow(path.Row(y), scale, trustAll, Row(y));
    }

    private Span<float> Row(int y) => (_steps ?? throw new ObjectDisposedException(nameof(WarpMap))).AsSpan(4 * y * (_width + 1), 4 * (_width + 1));

    /// <summary>Interpolates between two rows of the grid for one row of the painting.</summary>
    /// <param name="y">The painting's row.</param>
    /// <param name="row">Receives (dx, dy, weight, share) of each place of the grid and one more.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void ReadRow(int y, Span<float> row)
    {
        var (first, weight) = Locate(y, _height);
        ref var top = ref MemoryMarshal.GetReference(Row(first));
        ref var bottom = ref MemoryMarshal.GetReference(Row(Math.Min(first + 1, _height - 1)));
        ref var target = ref MemoryMarshal.GetReference(row);
        nuint i = 0;
        for (; i + 8 <= (nuint)RowLength; i += 8)
        {
            var above = Vector256.LoadUnsafe(ref top, i);
            (above + weight * (Vector256.LoadUnsafe(ref bottom, i) - above)).StoreUnsafe(ref target, i);
        }

        for (; i < (nuint)RowLength; i++)
            Unsafe.Add(ref target, i) = Unsafe.Add(ref top, i) + weight * (Unsafe.Add(ref bottom, i) - Unsafe.Add(ref top, i));
    }

    /// <summary>Gets the length of the rows that <see cref="ReadRow"/> fills.</summary>
    public int RowLength => 4 * (_width + 1);

    /// <summary>Finds the places between which each column of a painting lies.</summary>
    /// <param name="columns">Receives the index of the left place in a row, and the weight of the right one.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void LocateColumns(Span<(int Index, float Weight)> columns)
    {
        for (var x = 0; x < columns.Length; x++)
        {
            var (first, weight) = Locate(x, _width);
            columns[x] = (4 * first, weight);
        }
    }

    public void Dispose()
    {
        var steps = Interlocked.Exchange(ref _steps, null);
        if (steps is not null)
            ArrayPool<float>.Shared.Return(steps);
    }

    // The centre of reduced pixel i lies at i · factor + (factor − 1) / 2 of the painting.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private (int First, float Weight) Locate(int position, int length)
    {
        var reduced = Math.Clamp((position - 0.5f * (_factor - 1)) / _factor, 0, length - 1);
        var first = (int)reduced;
        return (first, reduced - first);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FillRow(ReadOnlySpan<float> path, float scale, bool trustAll, Span<float> row)
    {
        ref var source = ref MemoryMarshal.GetReference(path);
        ref var target = ref MemoryMarshal.GetReference(row);
        var factors = Vector128.Create(_factor, _factor, scale, 1f);
        var ofMotion = Vector128.Create(-1, -1, 0, 0).AsSingle();
        for (nuint i = 0; i < (nuint)path.Length; i += 4)
        {
            var values = Vector128.LoadUnsafe(ref source, i);
            if (trustAll && values.GetElement(2) > 0)
                values = values.WithElement(2, 1);
            values *= factors;
            var squares = values * values;
            var length = Vector128.Sqrt(squares + Vector128.Shuffle(squares, Vector128.Create(1, 0, 3, 2)));
            var trust = Vector128.MinNative(Vector128.MaxNative((length - Vector128.Create(StillPx)) * (1 / StillPx), Vector128<float>.Zero), Vector128<float>.One);
            Vector128.ConditionalSelect(ofMotion, values * trust, values).StoreUnsafe(ref target, i);
        }

        row[^8..^4].CopyTo(row[^4..]);
    }
}
