using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using VideoStyle.Core.Stylizers;

namespace VideoStyle.Core.Compositing;

/// <summary>Warps a frame along the backward flow and blends it into another one.</summary>
internal static class FrameWarp
{
    /// <summary>Blends the warped previous frame into the next: <c>S + αM (W(z) − S)</c>.</summary>
    /// <param name="stylized"><c>S</c>.</param>
    /// <param name="previous"><c>z</c>, of the same size.</param>
    /// <param name="map">Where <c>z</c> is sampled, and <c>αM</c>, at reduced resolution; both are interpolated bilinearly.</param>
    /// <param name="cubic">Whether <c>z</c> is sampled with <see cref="CubicKernel"/> or bilinearly.</param>
    /// <param name="blend">Receives the result; neither of the two.</param>
    /// <param name="weights">Receives <c>αM</c> of each pixel.</param>
    public static void Blend(IRowSource stylized, StylizedFrame previous, WarpMap map, bool cubic, StylizedFrame blend, Plane weights)
    {
        if (stylized.Width != previous.Width || stylized.Height != previous.Height)
            throw new ArgumentException("The frames differ in size.", nameof(previous));
        Rows.For(previous.Height, (first, last) =>
        {
            using var rows = stylized.Open();
            using WarpMapRow mapRow = new(map, previous.Width);
            for (var y = first; y < last; y++)
                BlendRow(rows.Read(y), previous, y, mapRow.Read(y), mapRow.Columns, cubic, blend, weights);
        });
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void BlendRow(
        ReadOnlySpan<short> stylized, StylizedFrame previous, int y, float[] steps, (int Index, float Weight)[] columns, bool cubic, StylizedFrame blend, Plane weights)
    {
        var width = previous.Width;
        ref var source = ref MemoryMarshal.GetArrayDataReference(previous.Buffer);
        ref var next = ref MemoryMarshal.GetReference(stylized);
        ref var target = ref MemoryMarshal.GetReference(blend.Row(y));
        ref var weight = ref weights.Pixel(y);
        ref var step = ref MemoryMarshal.GetArrayDataReference(steps);
        ref var column = ref MemoryMarshal.GetArrayDataReference(columns);
        var (last, inner) = (LastPixel(previous), Inner(previous));
        var row = PixelBlock.RowAt(y);
        for (var x = 0; x < width; x = Next(x, width))
        {
            var fractions = PixelBlock.Locate(last, x, row, ref step, ref Unsafe.Add(ref column, x), out var first, out var second);
            var warped = cubic ? Cubic(ref source, width, inner, first, second, fractions) : Bilinear(ref source, width, first, second, fractions);
            var blendWeight = PixelBlock.Weight(fractions);
            var from = Vector256.LoadUnsafe(ref next, (nuint)(StylizedFrame.Channels * x));
            Store(FixedPoint.Mix(from, warped, blendWeight), ref target, x, width);
            StoreWeights(fractions, ref weight, x);
        }
    }

    // The rows of planes are long enough for whole blocks.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreWeights(Vector256<byte> fractions, ref float target, int x)
    {
        var weights = Vector256.Shuffle(fractions.AsInt32(), Vector256.Create(1, 3, 5, 7, 0, 0, 0, 0)).GetLower();
        (Vector128.ConvertToSingle(weights) * (1 / FixedPoint.MaxWeight)).StoreUnsafe(ref target, (nuint)x);
    }

    // The last block of a row ends with the row and repeats some pixels of the block before.
    internal static int Next(int x, int width)
    {
        var next = x + PixelBlock.Pixels;
        return next < width && next + PixelBlock.Pixels > width ? width - PixelBlock.Pixels : next;
    }

    // A frame may be narrower than a block; the values behind its row belong to another row.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Store(Vector256<short> block, ref short target, int x, int width)
    {
        if (width >= PixelBlock.Pixels)
            block.StoreUnsafe(ref target, (nuint)(StylizedFrame.Channels * x));
        else
            for (var i = 0; i < StylizedFrame.Channels * width; i++)
                Unsafe.Add(ref target, i) = block[i];
    }

    // The weight must stay below 1, so that its integer part is 0.
    internal static Vector256<float> LastPixel(StylizedFrame frame)
    {
        var last = Vector128.Create(frame.Width - 1f, frame.Height - 1f, 0.99999f, 0);
        return Vector256.Create(last, last);
    }

    // How many columns and rows have all 4 x 4 pixels around them.
    private static Vector256<uint> Inner(StylizedFrame frame)
    {
        var inner = Vector128.Create((uint)Math.Max(frame.Width - 3, 0), (uint)Math.Max(frame.Height - 3, 0), uint.MaxValue, uint.MaxValue);
        return Vector256.Create(inner, inner);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<short> Bilinear(ref short source, int width, Vector256<int> first, Vector256<int> second, Vector256<byte> fractions)
    {
        var stride = StylizedFrame.Channels * width;
        if (!PixelBlock.IsAdjacent(first, second))
            return PixelBlock.Bilinear(new ScatteredTaps(ref source, Places(stride, first, second)), stride, fractions);
        AdjacentTaps taps = new(ref Unsafe.Add(ref source, StylizedFrame.Channels * first.ToScalar() + stride * first.GetElement(1)));
        return PixelBlock.Bilinear(taps, stride, fractions);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Cubic(
        ref short source, int width, Vector256<uint> inner, Vector256<int> first, Vector256<int> second, Vector256<byte> fractions)
    {
        var stride = StylizedFrame.Channels * width;
        // Unsigned, so that one comparison tests both edges, where neighbors are missing.
        var before = Vector256.Create(1, 1, 0, 0, 1, 1, 0, 0);
        var (one, two) = (Vector256.LessThan((first - before).AsUInt32(), inner), Vector256.LessThan((second - before).AsUInt32(), inner));
        if ((one & two) != Vector256<uint>.AllBitsSet)
            return AtEdge(ref source, width, first, second, one, two, fractions);
        if (!PixelBlock.IsAdjacent(first, second))
            return CubicKernel.Read(new ScatteredTaps(ref source, Places(stride, first, second)), stride, PixelBlock.Right(fractions), PixelBlock.Down(fractions));
        AdjacentTaps taps = new(ref Unsafe.Add(ref source, StylizedFrame.Channels * first.ToScalar() + stride * first.GetElement(1)));
        return CubicKernel.Read(taps, stride, PixelBlock.Right(fractions), PixelBlock.Down(fractions));
    }

    // Chooses for each pixel: cubic where all neighbors exist, else bilinear.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector256<short> AtEdge(
        ref short source, int width, Vector256<int> first, Vector256<int> second, Vector256<uint> one, Vector256<uint> two, Vector256<byte> fractions)
    {
        var stride = StylizedFrame.Channels * width;
        var places = Places(stride, first, second);
        var bilinear = PixelBlock.Bilinear(new ScatteredTaps(ref source, places), stride, fractions);
        var inside = Vector256<long>.Zero;
        var bits = one.ExtractMostSignificantBits() | two.ExtractMostSignificantBits() << 8;
        for (var i = 0; i < PixelBlock.Pixels; i++)
        {
            if ((bits >> (4 * i) & 0xf) == 0xf)
                inside = inside.WithElement(i, -1);
            else
                places = places.WithElement(i, StylizedFrame.Channels + stride); // any pixel inside; the result is discarded
        }

        if (inside == Vector256<long>.Zero)
            return bilinear;
        var cubic = CubicKernel.Read(new ScatteredTaps(ref source, places), stride, PixelBlock.Right(fractions), PixelBlock.Down(fractions));
        return Vector256.ConditionalSelect(inside.AsInt16(), cubic, bilinear);
    }

    private static Vector128<int> Places(int stride, Vector256<int> first, Vector256<int> second) =>
        Vector128.Create(
            StylizedFrame.Channels * first[0] + stride * first[1],
            StylizedFrame.Channels * first[4] + stride * first[5],
            StylizedFrame.Channels * second[0] + stride * second[1],
            StylizedFrame.Channels * second[4] + stride * second[5]);
}
