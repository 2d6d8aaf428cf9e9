using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using VideoStyle.Core.Stylizers;

namespace VideoStyle.Core.Compositing;

/// <summary>Two paintings moved and mixed, with parts over them: <c>p = W₁(a) + m (W₂(b) − W₁(a))</c>, and there <c>p + s (q − p)</c>.</summary>
/// <param name="one"><c>a</c>.</param>
/// <param name="toOne">Where <c>a</c> is read; owned from here on.</param>
/// <param name="other"><c>b</c>, of the same size.</param>
/// <param name="toOther">Where <c>b</c> is read, <c>m</c>, and <c>s</c>, both 0–1; owned from here on.</param>
/// <param name="parts">Where each <c>q</c> lies, and its painting; <c>s</c> falls to 0 at the sides of a part that are none of the picture.</param>
internal sealed class InterpolatedFrame(StylizedFrame one, WarpMap toOne, StylizedFrame other, WarpMap toOther, IReadOnlyList<(Region Region, StylizedFrame StylizedFrame)> parts)
    : IRowSource, IDisposable
{
    // How much of a part is shown in each of its columns.
    private readonly float[][] _across =
        [.. parts.Select(part => Enumerable.Range(0, part.Region.Width).Select(x => Ramp(x, part.Region.Left, part.Region.Right, one.Width)).ToArray())];

    private (StylizedFrame StylizedFrame, WarpMap Motion) One => (one, toOne);

    private (StylizedFrame StylizedFrame, WarpMap Motion) Other => (other, toOther);

    private IReadOnlyList<(Region Region, StylizedFrame StylizedFrame)> Parts => parts;

    public int Width => one.Width;

    public int Height => one.Height;

    public IRowReader Open() => new Reader(this);

    public void Dispose()
    {
        toOne.Dispose();
        toOther.Dispose();
    }

    // 1, and less within a few pixels of a side that does not lie at the painting's.
    private static float Ramp(int at, int first, int last, int whole)
    {
        const float Over = 6;
        var fromFirst = first == 0 ? Over : at + 0.5f;
        var fromLast = last == whole ? Over : last - first - at - 0.5f;
        return Math.Min(1, Math.Min(fromFirst, fromLast) / Over);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CoverRow(
        Span<short> painting, ReadOnlySpan<short> part, float[] steps, ReadOnlySpan<(int Index, float Weight)> columns, float[] across, float most)
    {
        ref var target = ref MemoryMarshal.GetReference(painting);
        ref var source = ref MemoryMarshal.GetReference(part);
        for (var x = 0; x < columns.Length; x++)
        {
            var (index, weight) = columns[x];
            var share = Math.Min(across[x], most) * (steps[index + 3] + weight * (steps[index + 7] - steps[index + 3]));
            var at = (nuint)(StylizedFrame.Channels * x);
            var both = FixedPoint.Mix(
                FixedPoint.LoadFour(ref target, at), FixedPoint.LoadFour(ref source, at), Vector128.Create((short)(FixedPoint.MostWeight * share)));
            FixedPoint.StoreFour(both, ref target, at);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MixRow(StylizedFrame one, float[] steps, StylizedFrame other, float[] otherSteps, int y, (int Index, float Weight)[] columns, Span<short> mix)
    {
        var width = one.Width;
        ref var source = ref MemoryMarshal.GetArrayDataReference(one.Buffer);
        ref var otherSource = ref MemoryMarshal.GetArrayDataReference(other.Buffer);
        ref var target = ref MemoryMarshal.GetReference(mix);
        ref var step = ref MemoryMarshal.GetArrayDataReference(steps);
        ref var otherStep = ref MemoryMarshal.GetArrayDataReference(otherSteps);
        ref var column = ref MemoryMarshal.GetArrayDataReference(columns);
        var furthest = FrameWarp.Furthest(one);
        var row = PixelBlock.RowAt(y);
        for (var x = 0; x < width; x = FrameWarp.Next(x, width))
        {
            var parts = PixelBlock.Locate(furthest, x, row, ref step, ref Unsafe.Add(ref column, x), out var first, out var second);
            var a = FrameWarp.Bilinear(ref source, width, first, second, parts);
            parts = PixelBlock.Locate(furthest, x, row, ref otherStep, ref Unsafe.Add(ref column, x), out first, out second);
            var b = FrameWarp.Bilinear(ref otherSource, width, first, second, parts);
            FrameWarp.Store(FixedPoint.Mix(a, b, PixelBlock.Weight(parts)), ref target, x, width);
        }
    }

    private sealed class Reader : IRowReader
    {
        private readonly InterpolatedFrame _mixture;
        private readonly WarpMapRow _toOne;
        private readonly WarpMapRow _toOther;
        private readonly short[] _row;

        public Reader(InterpolatedFrame mixture)
        {
            _mixture = mixture;
            (_toOne, _toOther) = (new WarpMapRow(mixture.One.Motion, mixture.Width), new WarpMapRow(mixture.Other.Motion, mixture.Width));
            _row = ArrayPool<short>.Shared.Rent(StylizedFrame.Channels * Math.Max(mixture.Width, PixelBlock.Pixels));
        }

        public ReadOnlySpan<short> Read(int y)
        {
            var row = _row.AsSpan(0, StylizedFrame.Channels * _mixture.Width);
            var shares = _toOther.Read(y);
            MixRow(_mixture.One.StylizedFrame, _toOne.Read(y), _mixture.Other.StylizedFrame, shares, y, _toOne.Columns, row);
            for (var i = 0; i < _mixture.Parts.Count; i++)
            {
                var (area, part) = _mixture.Parts[i];
                if (y >= area.Top && y < area.Bottom)
                    CoverRow(
                        row[(StylizedFrame.Channels * area.Left)..],
                        part.Row(y - area.Top),
                        shares,
                        _toOther.Columns.AsSpan(area.Left, area.Width),
                        _mixture._across[i],
                        Ramp(y - area.Top, area.Top, area.Bottom, _mixture.Height));
            }

            return row;
        }

        public void Dispose()
        {
            ArrayPool<short>.Shared.Return(_row);
            _toOne.Dispose();
            _toOther.Dispose();
        }
    }
}
