using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace VideoStyle.Core.Styling;

/// <summary>Moves a painting along the backward flow and blends it into another one.</summary>
internal static class PaintingWarp
{
    /// <summary>Blends the previous painting into the next: <c>S + κM (W(z) − S)</c>.</summary>
    /// <param name="painted"><c>S</c>.</param>
    /// <param name="previous"><c>z</c>, of the same size.</param>
    /// <param name="motion">Where <c>z</c> is read, and <c>κM</c>, at reduced resolution; both are interpolated bilinearly.</param>
    /// <param name="cubic">Whether <c>z</c> is read with <see cref="CubicKernel"/>, or bilinearly.</param>
    /// <param name="blend">Receives the result; another painting than the two.</param>
    /// <param name="kept">Receives <c>κM</c> at each pixel.</param>
    public static void Blend(Painting painted, Painting previous, MotionGrid motion, bool cubic, Painting blend, Plane kept)
    {
        if (painted.Width != previous.Width || painted.Height != previous.Height)
            throw new ArgumentException("The paintings differ in size.", nameof(previous));
        Rows.For(painted.Height, (first, last) =>
        {
            using GridRow row = new(motion, painted.Width);
            for (var y = first; y < last; y++)
                BlendRow(painted, previous, y, row.Read(y), row.Columns, cubic, blend, kept);
        });
    }

    /// <summary>Moves two paintings and mixes them: <c>W₁(a) + m (W₂(b) − W₁(a))</c>.</summary>
    /// <param name="one"><c>a</c>.</param>
    /// <param name="toOne">Where <c>a</c> is read.</param>
    /// <param name="other"><c>b</c>, of the same size.</param>
    /// <param name="toOther">Where <c>b</c> is read, and <c>m</c>, 0–1.</param>
    /// <param name="mix">Receives the result; another painting than the two.</param>
    public static void Mix(Painting one, MotionGrid toOne, Painting other, MotionGrid toOther, Painting mix)
    {
        if (one.Width != other.Width || one.Height != other.Height)
            throw new ArgumentException("The paintings differ in size.", nameof(other));
        Rows.For(one.Height, (first, last) =>
        {
            using GridRow row = new(toOne, one.Width);
            using GridRow otherRow = new(toOther, one.Width);
            for (var y = first; y < last; y++)
                MixRow(one, row.Read(y), other, otherRow.Read(y), y, row.Columns, mix);
        });
    }

    /// <summary>Puts a part over a painting: <c>p + a (q − p)</c>.</summary>
    /// <param name="painting"><c>p</c>, changed.</param>
    /// <param name="part"><c>q</c>.</param>
    /// <param name="area">Where it lies.</param>
    /// <param name="shares">Its fourth number is <c>a</c>, 0–1; it falls to 0 at the sides of the part that are none of the painting.</param>
    public static void Cover(Painting painting, Painting part, Area area, MotionGrid shares)
    {
        var across = Enumerable.Range(0, area.Width).Select(x => Ramp(x, area.Left, area.Right, painting.Width)).ToArray();
        Rows.For(area.Height, (first, last) =>
        {
            using GridRow row = new(shares, painting.Width);
            for (var y = first; y < last; y++)
                CoverRow(
                    painting.Row(area.Top + y)[(Painting.Channels * area.Left)..],
                    part.Row(y),
                    row.Read(area.Top + y),
                    row.Columns.AsSpan(area.Left, area.Width),
                    across,
                    Ramp(y, area.Top, area.Bottom, painting.Height));
        });
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
            var at = (nuint)(Painting.Channels * x);
            var both = FixedPoint.Mix(
                FixedPoint.LoadFour(ref target, at), FixedPoint.LoadFour(ref source, at), Vector128.Create((short)(FixedPoint.MostWeight * share)));
            FixedPoint.StoreFour(both, ref target, at);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void BlendRow(
        Painting painted, Painting previous, int y, float[] steps, (int Index, float Weight)[] columns, bool cubic, Painting blend, Plane kept)
    {
        var (width, height) = (painted.Width, painted.Height);
        ref var source = ref MemoryMarshal.GetArrayDataReference(previous.Buffer);
        ref var paint = ref MemoryMarshal.GetReference(painted.Row(y));
        ref var target = ref MemoryMarshal.GetReference(blend.Row(y));
        ref var weight = ref kept.Pixel(y);
        ref var step = ref MemoryMarshal.GetArrayDataReference(steps);
        var furthest = Furthest(painted);
        for (var x = 0; x < width; x++)
        {
            var (whole, parts) = Locate(furthest, x, y, ref step, columns[x]);
            var (column, row) = (whole.ToScalar(), whole.GetElement(1));
            // Unsigned, so that one comparison sees both edges: along them the cubic's neighbours are missing.
            var inside = cubic && (uint)(column - 1) < (uint)(width - 3) && (uint)(row - 1) < (uint)(height - 3);
            var place = Painting.Channels * (column + width * row);
            var warped = inside ? CubicKernel.Read(ref source, width, place, parts) : Bilinear(ref source, width, place, parts);
            var from = FixedPoint.LoadFour(ref paint, (nuint)(Painting.Channels * x));
            FixedPoint.StoreFour(FixedPoint.Mix(from, warped, WeightOf(parts)), ref target, (nuint)(Painting.Channels * x));
            Unsafe.Add(ref weight, x) = parts.AsInt32().GetElement(2) / FixedPoint.MostWeight;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MixRow(Painting one, float[] steps, Painting other, float[] otherSteps, int y, (int Index, float Weight)[] columns, Painting mix)
    {
        var width = one.Width;
        ref var first = ref MemoryMarshal.GetArrayDataReference(one.Buffer);
        ref var second = ref MemoryMarshal.GetArrayDataReference(other.Buffer);
        ref var target = ref MemoryMarshal.GetReference(mix.Row(y));
        ref var step = ref MemoryMarshal.GetArrayDataReference(steps);
        ref var otherStep = ref MemoryMarshal.GetArrayDataReference(otherSteps);
        var furthest = Furthest(one);
        for (var x = 0; x < width; x++)
        {
            var (a, _) = Sample(ref first, width, furthest, x, y, ref step, columns[x]);
            var (b, parts) = Sample(ref second, width, furthest, x, y, ref otherStep, columns[x]);
            FixedPoint.StoreFour(FixedPoint.Mix(a, b, WeightOf(parts)), ref target, (nuint)(Painting.Channels * x));
        }
    }

    // The weight must stay below 1, so that its whole part is 0.
    private static Vector128<float> Furthest(Painting painting) => Vector128.Create(painting.Width - 1f, painting.Height - 1f, 0.99999f, 0);

    // Reads a painting where a pixel came from, and the parts of one: of both coordinates, and the weight.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector128<short> Pixel, Vector128<byte> Parts) Sample(
        ref short source, int width, Vector128<float> furthest, int x, int y, ref float steps, (int Index, float Weight) column)
    {
        var (whole, parts) = Locate(furthest, x, y, ref steps, column);
        return (Bilinear(ref source, width, Painting.Channels * (whole.ToScalar() + width * whole.GetElement(1)), parts), parts);
    }

    // Where a pixel came from: whole pixels, and parts of one.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector128<int> Whole, Vector128<byte> Parts) Locate(
        Vector128<float> furthest, int x, int y, ref float steps, (int Index, float Weight) column)
    {
        var left = Vector128.LoadUnsafe(ref steps, (nuint)column.Index);
        var moved = Vector128.Create(x, y, 0, 0f) + left + column.Weight * (Vector128.LoadUnsafe(ref steps, (nuint)column.Index + 4) - left);
        var at = Vector128.MaxNative(Vector128.MinNative(moved, furthest), Vector128<float>.Zero);
        var whole = Vector128.ConvertToInt32Native(at);
        return (whole, Vector128.ConvertToInt32Native((at - Vector128.ConvertToSingle(whole)) * FixedPoint.MostWeight).AsByte());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<short> Bilinear(ref short source, int width, int place, Vector128<byte> parts)
    {
        var both = FixedPoint.Mix(
            Vector128.LoadUnsafe(ref source, (nuint)place),
            Vector128.LoadUnsafe(ref source, (nuint)(place + Painting.Channels * width)),
            Vector128.ShuffleNative(parts, Vector128.Create((short)0x0504).AsByte()).AsInt16());
        var right = Vector128.Shuffle(both.AsInt64(), Vector128.Create(1L, 0)).AsInt16();
        return FixedPoint.Mix(both, right, Vector128.ShuffleNative(parts, Vector128.Create((short)0x0100).AsByte()).AsInt16());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<short> WeightOf(Vector128<byte> parts) =>
        Vector128.ShuffleNative(parts, Vector128.Create((short)0x0908).AsByte()).AsInt16();

    /// <summary>One row of a grid at a time, and where the columns of a painting lie in it.</summary>
    private readonly struct GridRow : IDisposable
    {
        private readonly MotionGrid _grid;
        private readonly float[] _steps;

        public GridRow(MotionGrid grid, int width)
        {
            (_grid, _steps) = (grid, ArrayPool<float>.Shared.Rent(grid.RowLength));
            Columns = ArrayPool<(int, float)>.Shared.Rent(width);
            grid.LocateColumns(Columns.AsSpan(0, width));
        }

        public (int Index, float Weight)[] Columns { get; }

        public float[] Read(int y)
        {
            _grid.ReadRow(y, _steps);
            return _steps;
        }

        public void Dispose()
        {
            ArrayPool<(int, float)>.Shared.Return(Columns);
            ArrayPool<float>.Shared.Return(_steps);
        }
    }
}
