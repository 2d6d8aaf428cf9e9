using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using VideoStyle.Core.MotionEstimation;

namespace VideoStyle.Core.Compositing;

/// <summary>A composed flow in the form that frames are warped by: steps in frame pixels, a weight and a region weight, four values for each position.</summary>
internal sealed class WarpMap : IDisposable
{
    /// <summary>
    /// Motion below this many pixels is set to 0, and motion up to twice as large is damped. Estimated motion is never exactly 0,
    /// and a still frame should not be resampled. A larger threshold leaves slow motion behind: at 0.2 px the warping error over ten
    /// frames was 1.5 times as large.
    /// </summary>
    private const float StillPx = 0.05f;

    private readonly int _width;
    private readonly int _height;
    private readonly int _factor;
    private float[]? _steps;

    /// <summary>Prepares a flow.</summary>
    /// <param name="flow">The flow and its confidence at reduced resolution; kept by the caller.</param>
    /// <param name="scale">The factor from the confidence to the weight.</param>
    public WarpMap(ComposedFlow flow, float scale)
    {
        (_width, _height, _factor) = (flow.Width, flow.Height, flow.Factor);
        // One more position in each row, which repeats the last one: its right neighbor is read.
        _steps = ArrayPool<float>.Shared.Rent(4 * (_width + 1) * _height);
        for (var y = 0; y < _height; y++)
            FillRow(flow.Row(y), scale, Row(y));
    }

    private Span<float> Row(int y) => (_steps ?? throw new ObjectDisposedException(nameof(WarpMap))).AsSpan(4 * y * (_width + 1), 4 * (_width + 1));

    /// <summary>Interpolates between two rows of the map for one row of the frame.</summary>
    /// <param name="y">The frame's row.</param>
    /// <param name="row">Receives (dx, dy, weight, region weight) of each position of the map and one more.</param>
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

    /// <summary>Finds the positions between which each column of a frame lies.</summary>
    /// <param name="columns">Receives the index of the left position in a row, and the weight of the right one.</param>
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

    // The centre of reduced pixel i lies at i · factor + (factor − 1) / 2 of the frame.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private (int First, float Weight) Locate(int position, int length)
    {
        var reduced = Math.Clamp((position - 0.5f * (_factor - 1)) / _factor, 0, length - 1);
        var first = (int)reduced;
        return (first, reduced - first);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FillRow(ReadOnlySpan<float> flow, float scale, Span<float> row)
    {
        ref var source = ref MemoryMarshal.GetReference(flow);
        ref var target = ref MemoryMarshal.GetReference(row);
        var factors = Vector128.Create(_factor, _factor, scale, 1f);
        var ofMotion = Vector128.Create(-1, -1, 0, 0).AsSingle();
        for (nuint i = 0; i < (nuint)flow.Length; i += 4)
        {
            var values = Vector128.LoadUnsafe(ref source, i) * factors;
            var squares = values * values;
            var length = Vector128.Sqrt(squares + Vector128.Shuffle(squares, Vector128.Create(1, 0, 3, 2)));
            var trust = Vector128.MinNative(Vector128.MaxNative((length - Vector128.Create(StillPx)) * (1 / StillPx), Vector128<float>.Zero), Vector128<float>.One);
            Vector128.ConditionalSelect(ofMotion, values * trust, values).StoreUnsafe(ref target, i);
        }

        row[^8..^4].CopyTo(row[^4..]);
    }
}
