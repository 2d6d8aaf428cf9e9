using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using VideoStyle.Core.Stylizers;

namespace VideoStyle.Core.Compositing;

/// <summary>Two warped keyframes blended, <c>p = W₁(a) + m (W₂(b) − W₁(a))</c>, and stylized regions <c>q</c> blended over them, <c>p + s (q − p)</c>.</summary>
/// <remarks>Rows are computed when they are read. The weight <c>s</c> of a region falls to 0 within a few pixels of its sides inside the frame.</remarks>
internal sealed class InterpolatedFrame : IRowSource, IDisposable
{
    private readonly WarpedFrame _earlier;
    private readonly WarpedFrame _later;
    private readonly IReadOnlyList<StylizedRegion> _regions;

    // The maximum weight of each column of each region.
    private readonly float[][] _columnWeights;

    /// <summary>Describes the frame.</summary>
    /// <param name="earlier"><c>a</c>; its map is disposed with this.</param>
    /// <param name="later"><c>b</c>, of the same size; its map holds <c>m</c> and <c>s</c>, 0–1, and is disposed with this.</param>
    /// <param name="regions">The stylized regions <c>q</c>; kept by the caller.</param>
    public InterpolatedFrame(WarpedFrame earlier, WarpedFrame later, IReadOnlyList<StylizedRegion> regions)
    {
        (_earlier, _later, _regions) = (earlier, later, regions);
        _columnWeights =
            [.. regions.Select(r => Enumerable.Range(0, r.Region.Width).Select(x => Ramp(x, r.Region.Left, r.Region.Right, Width)).ToArray())];
    }

    public int Width => _earlier.Frame.Width;

    public int Height => _earlier.Frame.Height;

    public IRowReader Open() => new Reader(this);

    public void Dispose()
    {
        _earlier.Map.Dispose();
        _later.Map.Dispose();
    }

    // 1, and less within a few pixels of a side that is not a side of the frame.
    private static float Ramp(int at, int first, int last, int frameSide)
    {
        const float Length = 6;
        var fromFirst = first == 0 ? Length : at + 0.5f;
        var fromLast = last == frameSide ? Length : last - first - at - 0.5f;
        return Math.Min(1, Math.Min(fromFirst, fromLast) / Length);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void BlendRegionRow(
        Span<short> row, ReadOnlySpan<short> region, float[] steps, ReadOnlySpan<(int Index, float Weight)> columns, float[] columnWeights, float rowWeight)
    {
        ref var target = ref MemoryMarshal.GetReference(row);
        ref var source = ref MemoryMarshal.GetReference(region);
        for (var x = 0; x < columns.Length; x++)
        {
            var (index, fraction) = columns[x];
            var weight = Math.Min(columnWeights[x], rowWeight) * (steps[index + 3] + fraction * (steps[index + 7] - steps[index + 3]));
            var at = (nuint)(StylizedFrame.Channels * x);
            var both = FixedPoint.Mix(
                FixedPoint.LoadFour(ref target, at), FixedPoint.LoadFour(ref source, at), Vector128.Create((short)(FixedPoint.MaxWeight * weight)));
            FixedPoint.StoreFour(both, ref target, at);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void BlendRow(
        StylizedFrame earlier, float[] earlierSteps, StylizedFrame later, float[] laterSteps, int y, (int Index, float Weight)[] columns, Span<short> row)
    {
        var width = earlier.Width;
        ref var source = ref MemoryMarshal.GetArrayDataReference(earlier.Buffer);
        ref var otherSource = ref MemoryMarshal.GetArrayDataReference(later.Buffer);
        ref var target = ref MemoryMarshal.GetReference(row);
        ref var step = ref MemoryMarshal.GetArrayDataReference(earlierSteps);
        ref var otherStep = ref MemoryMarshal.GetArrayDataReference(laterSteps);
        ref var column = ref MemoryMarshal.GetArrayDataReference(columns);
        var last = FrameWarp.LastPixel(earlier);
        var rowPosition = PixelBlock.RowAt(y);
        for (var x = 0; x < width; x = FrameWarp.Next(x, width))
        {
            var fractions = PixelBlock.Locate(last, x, rowPosition, ref step, ref Unsafe.Add(ref column, x), out var first, out var second);
            var a = FrameWarp.Bilinear(ref source, width, first, second, fractions);
            fractions = PixelBlock.Locate(last, x, rowPosition, ref otherStep, ref Unsafe.Add(ref column, x), out first, out second);
            var b = FrameWarp.Bilinear(ref otherSource, width, first, second, fractions);
            FrameWarp.Store(FixedPoint.Mix(a, b, PixelBlock.Weight(fractions)), ref target, x, width);
        }
    }

    private sealed class Reader : IRowReader
    {
        private readonly InterpolatedFrame _frame;
        private readonly WarpMapRow _earlier;
        private readonly WarpMapRow _later;
        private readonly short[] _row;

        public Reader(InterpolatedFrame frame)
        {
            _frame = frame;
            (_earlier, _later) = (new WarpMapRow(frame._earlier.Map, frame.Width), new WarpMapRow(frame._later.Map, frame.Width));
            _row = ArrayPool<short>.Shared.Rent(StylizedFrame.Channels * Math.Max(frame.Width, PixelBlock.Pixels));
        }

        public ReadOnlySpan<short> Read(int y)
        {
            var row = _row.AsSpan(0, StylizedFrame.Channels * _frame.Width);
            var laterSteps = _later.Read(y);
            BlendRow(_frame._earlier.Frame, _earlier.Read(y), _frame._later.Frame, laterSteps, y, _earlier.Columns, row);
            for (var i = 0; i < _frame._regions.Count; i++)
            {
                var (region, stylized) = _frame._regions[i];
                if (y >= region.Top && y < region.Bottom)
                    BlendRegionRow(
                        row[(StylizedFrame.Channels * region.Left)..],
                        stylized.Row(y - region.Top),
                        laterSteps,
                        _later.Columns.AsSpan(region.Left, region.Width),
                        _frame._columnWeights[i],
                        Ramp(y - region.Top, region.Top, region.Bottom, _frame.Height));
            }

            return row;
        }

        public void Dispose()
        {
            ArrayPool<short>.Shared.Return(_row);
            _earlier.Dispose();
            _later.Dispose();
        }
    }
}
