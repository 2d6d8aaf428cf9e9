using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using VideoStyle.Core.Stylizers;

namespace VideoStyle.Core.Compositing;

/// <summary>Moves a painting along the backward flow and blends it into another one.</summary>
internal static class FrameWarp
{
    /// <summary>Blends the previous painting into the next: <c>S + κM (W(z) − S)</c>.</summary>
    /// <param name="painted"><c>S</c>.</param>
    /// <param name="previous"><c>z</c>, of the same size.</param>
    /// <param name="motion">Where <c>z</c> is read, and <c>κM</c>, at reduced resolution; both are interpolated bilinearly.</param>
    /// <param name="cubic">Whether <c>z</c> is read with <see cref="CubicKernel"/>, or bilinearly.</param>
    /// <param name="blend">Receives the result; another painting than the two.</param>
    /// <param name="kept">Receives <c>κM</c> at each pixel.</param>
    public static void Blend(IRowSource painted, StylizedFrame previous, WarpMap motion, bool cubic, StylizedFrame blend, Plane kept)
    {
        if (painted.Width != previous.Width || painted.Height != previous.Height)
            throw new ArgumentException("The paintings differ in size.", nameof(previous));
        Rows.For(previous.Height, (first, last) =>
        {
            using var rows = painted.Open();
            using WarpMapRow grid = new(motion, previous.Width);
            for (var y = first; y < last; y++)
                BlendRow(rows.Read(y), previous, y, grid.Read(y), grid.Columns, cubic, blend, kept);
        });
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void BlendRow(
        ReadOnlySpan<short> painted, StylizedFrame previous, int y, float[] steps, (int Index, float Weight)[] columns, bool cubic, StylizedFrame blend, Plane kept)
    {
        var width = previous.Width;
        ref var source = ref MemoryMarshal.GetArrayDataReference(previous.Buffer);
        ref var paint = ref MemoryMarshal.GetReference(painted);
        ref var target = ref MemoryMarshal.GetReference(blend.Row(y));
        ref var weight = ref kept.Pixel(y);
        ref var step = ref MemoryMarshal.GetArrayDataReference(steps);
        ref var column = ref MemoryMarshal.GetArrayDataReference(columns);
        var (furthest, inner) = (LastPixel(previous), Inner(previous));
        var row = PixelBlock.RowAt(y);
        for (var x = 0; x < width; x = Next(x, width))
        {
            var parts = PixelBlock.Locate(furthest, x, row, ref step, ref Unsafe.Add(ref column, x), out var first, out var second);
            var warped = cubic ? Cubic(ref source, width, inner, first, second, parts) : Bilinear(ref source, width, first, second, parts);
            var share = PixelBlock.Weight(parts);
            var from = Vector256.LoadUnsafe(ref paint, (nuint)(StylizedFrame.Channels * x));
            Store(FixedPoint.Mix(from, warped, share), ref target, x, width);
            StoreWeights(parts, ref weight, x);
        }
    }

    // The rows of planes are long enough for whole blocks.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreWeights(Vector256<byte> parts, ref float target, int x)
    {
        var weights = Vector256.Shuffle(parts.AsInt32(), Vector256.Create(1, 3, 5, 7, 0, 0, 0, 0)).GetLower();
        (Vector128.ConvertToSingle(weights) * (1 / FixedPoint.MaxWeight)).StoreUnsafe(ref target, (nuint)x);
    }

    // The last block of a row ends with it and covers some pixels of the block before a second time.
    internal static int Next(int x, int width)
    {
        var next = x + PixelBlock.Pixels;
        return next < width && next + PixelBlock.Pixels > width ? width - PixelBlock.Pixels : next;
    }

    // A picture may be narrower than a block; what lies behind its row is another's.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Store(Vector256<short> block, ref short target, int x, int width)
    {
        if (width >= PixelBlock.Pixels)
            block.StoreUnsafe(ref target, (nuint)(StylizedFrame.Channels * x));
        else
            for (var i = 0; i < StylizedFrame.Channels * width; i++)
                Unsafe.Add(ref target, i) = block[i];
    }

    // The weight must stay below 1, so that its whole part is 0.
    internal static Vector256<float> LastPixel(StylizedFrame painting)
    {
        var furthest = Vector128.Create(painting.Width - 1f, painting.Height - 1f, 0.99999f, 0);
        return Vector256.Create(furthest, furthest);
    }

    // How many columns and rows have all 4 x 4 pixels around them.
    private static Vector256<uint> Inner(StylizedFrame painting)
    {
        var inner = Vector128.Create((uint)Math.Max(painting.Width - 3, 0), (uint)Math.Max(painting.Height - 3, 0), uint.MaxValue, uint.MaxValue);
        return Vector256.Create(inner, inner);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<short> Bilinear(ref short source, int width, Vector256<int> first, Vector256<int> second, Vector256<byte> parts)
    {
        var stride = StylizedFrame.Channels * width;
        if (!PixelBlock.IsWhole(first, second))
            return PixelBlock.Bilinear(new Scattered(ref source, Places(stride, first, second)), stride, parts);
        Neighbours taps = new(ref Unsafe.Add(ref source, StylizedFrame.Channels * first.ToScalar() + stride * first.GetElement(1)));
        return PixelBlock.Bilinear(taps, stride, parts);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Cubic(
        ref short source, int width, Vector256<uint> inner, Vector256<int> first, Vector256<int> second, Vector256<byte> parts)
    {
        var stride = StylizedFrame.Channels * width;
        // Unsigned, so that one comparison sees both edges: along them the cubic's neighbours are missing.
        var before = Vector256.Create(1, 1, 0, 0, 1, 1, 0, 0);
        var (one, two) = (Vector256.LessThan((first - before).AsUInt32(), inner), Vector256.LessThan((second - before).AsUInt32(), inner));
        if ((one & two) != Vector256<uint>.AllBitsSet)
            return AtEdge(ref source, width, first, second, one, two, parts);
        if (!PixelBlock.IsWhole(first, second))
            return CubicKernel.Read(new Scattered(ref source, Places(stride, first, second)), stride, PixelBlock.Right(parts), PixelBlock.Down(parts));
        Neighbours taps = new(ref Unsafe.Add(ref source, StylizedFrame.Channels * first.ToScalar() + stride * first.GetElement(1)));
        return CubicKernel.Read(taps, stride, PixelBlock.Right(parts), PixelBlock.Down(parts));
    }

    // Each pixel for itself: with the cubic kernel where all its neighbours are there, or between four of them.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector256<short> AtEdge(
        ref short source, int width, Vector256<int> first, Vector256<int> second, Vector256<uint> one, Vector256<uint> two, Vector256<byte> parts)
    {
        var stride = StylizedFrame.Channels * width;
        var places = Places(stride, first, second);
        var bilinear = PixelBlock.Bilinear(new Scattered(ref source, places), stride, parts);
        var inside = Vector256<long>.Zero;
        var bits = one.ExtractMostSignificantBits() | two.ExtractMostSignificantBits() << 8;
        for (var i = 0; i < PixelBlock.Pixels; i++)
        {
            if ((bits >> (4 * i) & 0xf) == 0xf)
                inside = inside.WithElement(i, -1);
            else
                places = places.WithElement(i, StylizedFrame.Channels + stride); // the first that is inside, to be left out
        }

        if (inside == Vector256<long>.Zero)
            return bilinear;
        var cubic = CubicKernel.Read(new Scattered(ref source, places), stride, PixelBlock.Right(parts), PixelBlock.Down(parts));
        return Vector256.ConditionalSelect(inside.AsInt16(), cubic, bilinear);
    }

    private static Vector128<int> Places(int stride, Vector256<int> first, Vector256<int> second) =>
        Vector128.Create(
            StylizedFrame.Channels * first[0] + stride * first[1],
            StylizedFrame.Channels * first[4] + stride * first[5],
            StylizedFrame.Channels * second[0] + stride * second[1],
            StylizedFrame.Channels * second[4] + stride * second[5]);
}
