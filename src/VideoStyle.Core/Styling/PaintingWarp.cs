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
        var width = painted.Width;
        ref var source = ref MemoryMarshal.GetArrayDataReference(previous.Buffer);
        ref var paint = ref MemoryMarshal.GetReference(painted.Row(y));
        ref var target = ref MemoryMarshal.GetReference(blend.Row(y));
        ref var weight = ref kept.Pixel(y);
        ref var step = ref MemoryMarshal.GetArrayDataReference(steps);
        ref var column = ref MemoryMarshal.GetArrayDataReference(columns);
        var (furthest, inner) = (Furthest(painted), Inner(painted));
        for (var x = 0; x < width; x = Next(x, width))
        {
            var parts = PixelBlock.Locate(furthest, x, y, ref step, ref Unsafe.Add(ref column, x), out var first, out var second);
            var warped = cubic ? Cubic(ref source, width, inner, first, second, parts) : Bilinear(ref source, width, first, second, parts);
            var share = PixelBlock.Weight(parts);
            var from = Vector256.LoadUnsafe(ref paint, (nuint)(Painting.Channels * x));
            Store(FixedPoint.Mix(from, warped, share), ref target, x, width);
            StoreWeights(parts, ref weight, x);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MixRow(Painting one, float[] steps, Painting other, float[] otherSteps, int y, (int Index, float Weight)[] columns, Painting mix)
    {
        var width = one.Width;
        ref var source = ref MemoryMarshal.GetArrayDataReference(one.Buffer);
        ref var otherSource = ref MemoryMarshal.GetArrayDataReference(other.Buffer);
        ref var target = ref MemoryMarshal.GetReference(mix.Row(y));
        ref var step = ref MemoryMarshal.GetArrayDataReference(steps);
        ref var otherStep = ref MemoryMarshal.GetArrayDataReference(otherSteps);
        ref var column = ref MemoryMarshal.GetArrayDataReference(columns);
        var furthest = Furthest(one);
        for (var x = 0; x < width; x = Next(x, width))
        {
            var parts = PixelBlock.Locate(furthest, x, y, ref step, ref Unsafe.Add(ref column, x), out var first, out var second);
            var a = Bilinear(ref source, width, first, second, parts);
            parts = PixelBlock.Locate(furthest, x, y, ref otherStep, ref Unsafe.Add(ref column, x), out first, out second);
            var b = Bilinear(ref otherSource, width, first, second, parts);
            Store(FixedPoint.Mix(a, b, PixelBlock.Weight(parts)), ref target, x, width);
        }
    }

    // The rows of planes are long enough for whole blocks.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreWeights(Vector256<byte> parts, ref float target, int x)
    {
        var weights = Vector256.Shuffle(parts.AsInt32(), Vector256.Create(1, 3, 5, 7, 0, 0, 0, 0)).GetLower();
        (Vector128.ConvertToSingle(weights) * (1 / FixedPoint.MostWeight)).StoreUnsafe(ref target, (nuint)x);
    }

    // The last block of a row ends with it and covers some pixels of the block before a second time.
    private static int Next(int x, int width)
    {
        var next = x + PixelBlock.Pixels;
        return next < width && next + PixelBlock.Pixels > width ? width - PixelBlock.Pixels : next;
    }

    // A picture may be narrower than a block; what lies behind its row is another's.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<short> block, ref short target, int x, int width)
    {
        if (width >= PixelBlock.Pixels)
            block.StoreUnsafe(ref target, (nuint)(Painting.Channels * x));
        else
            for (var i = 0; i < Painting.Channels * width; i++)
                Unsafe.Add(ref target, i) = block[i];
    }

    // The weight must stay below 1, so that its whole part is 0.
    private static Vector256<float> Furthest(Painting painting)
    {
        var furthest = Vector128.Create(painting.Width - 1f, painting.Height - 1f, 0.99999f, 0);
        return Vector256.Create(furthest, furthest);
    }

    // How many columns and rows have all 4 x 4 pixels around them.
    private static Vector256<uint> Inner(Painting painting)
    {
        var inner = Vector128.Create((uint)Math.Max(painting.Width - 3, 0), (uint)Math.Max(painting.Height - 3, 0), uint.MaxValue, uint.MaxValue);
        return Vector256.Create(inner, inner);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Bilinear(ref short source, int width, Vector256<int> first, Vector256<int> second, Vector256<byte> parts)
    {
        var stride = Painting.Channels * width;
        if (!PixelBlock.IsWhole(first, second))
            return PixelBlock.Bilinear(new Scattered(ref source, Places(stride, first, second)), stride, parts);
        Neighbours taps = new(ref Unsafe.Add(ref source, Painting.Channels * first.ToScalar() + stride * first.GetElement(1)));
        return PixelBlock.Bilinear(taps, stride, parts);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Cubic(
        ref short source, int width, Vector256<uint> inner, Vector256<int> first, Vector256<int> second, Vector256<byte> parts)
    {
        var stride = Painting.Channels * width;
        // Unsigned, so that one comparison sees both edges: along them the cubic's neighbours are missing.
        var before = Vector256.Create(1, 1, 0, 0, 1, 1, 0, 0);
        var (one, two) = (Vector256.LessThan((first - before).AsUInt32(), inner), Vector256.LessThan((second - before).AsUInt32(), inner));
        if ((one & two) != Vector256<uint>.AllBitsSet)
            return AtEdge(ref source, width, first, second, one, two, parts);
        if (!PixelBlock.IsWhole(first, second))
            return CubicKernel.Read(new Scattered(ref source, Places(stride, first, second)), stride, PixelBlock.Right(parts), PixelBlock.Down(parts));
        Neighbours taps = new(ref Unsafe.Add(ref source, Painting.Channels * first.ToScalar() + stride * first.GetElement(1)));
        return CubicKernel.Read(taps, stride, PixelBlock.Right(parts), PixelBlock.Down(parts));
    }

    // Each pixel for itself: with the cubic kernel where all its neighbours are there, or between four of them.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector256<short> AtEdge(
        ref short source, int width, Vector256<int> first, Vector256<int> second, Vector256<uint> one, Vector256<uint> two, Vector256<byte> parts)
    {
        var stride = Painting.Channels * width;
        var places = Places(stride, first, second);
        var bilinear = PixelBlock.Bilinear(new Scattered(ref source, places), stride, parts);
        var inside = Vector256<long>.Zero;
        var bits = one.ExtractMostSignificantBits() | two.ExtractMostSignificantBits() << 8;
        for (var i = 0; i < PixelBlock.Pixels; i++)
        {
            if ((bits >> (4 * i) & 0xf) == 0xf)
                inside = inside.WithElement(i, -1);
            else
                places = places.WithElement(i, Painting.Channels + stride); // the first that is inside, to be left out
        }

        if (inside == Vector256<long>.Zero)
            return bilinear;
        var cubic = CubicKernel.Read(new Scattered(ref source, places), stride, PixelBlock.Right(parts), PixelBlock.Down(parts));
        return Vector256.ConditionalSelect(inside.AsInt16(), cubic, bilinear);
    }

    private static Vector128<int> Places(int stride, Vector256<int> first, Vector256<int> second) =>
        Vector128.Create(
            Painting.Channels * first[0] + stride * first[1],
            Painting.Channels * first[4] + stride * first[5],
            Painting.Channels * second[0] + stride * second[1],
            Painting.Channels * second[4] + stride * second[5]);

    /// <summary>One row of a grid at a time, and where the columns of a painting lie in it.</summary>
    private readonly struct GridRow : IDisposable
    {
        private readonly MotionGrid _grid;
        private readonly float[] _steps;

        public GridRow(MotionGrid grid, int width)
        {
            (_grid, _steps) = (grid, ArrayPool<float>.Shared.Rent(grid.RowLength));
            var columns = Math.Max(width, PixelBlock.Pixels);
            Columns = ArrayPool<(int, float)>.Shared.Rent(columns);
            grid.LocateColumns(Columns.AsSpan(0, columns));
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
