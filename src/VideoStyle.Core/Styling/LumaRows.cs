using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace VideoStyle.Core.Styling;

/// <summary>Reads the luma of paintings as rows of floating-point numbers, in the paintings' own unit.</summary>
internal static class LumaRows
{
    /// <summary>Copies the luma of a row to its place behind the margin.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Read(Painting painting, int y, Span<float> row)
    {
        ref var pixels = ref Unsafe.As<short, long>(ref MemoryMarshal.GetReference(painting.Row(y)));
        ref var target = ref MemoryMarshal.GetReference(row[Plane.Margin..]);
        var x = 0;
        for (; x + 16 <= painting.Width; x += 16)
            Vector512.ConvertToSingle(Vector512.Narrow(Luma(ref pixels, x), Luma(ref pixels, x + 8))).StoreUnsafe(ref target, (nuint)x);
        for (; x < painting.Width; x++)
            Unsafe.Add(ref target, x) = Unsafe.Add(ref pixels, x) >> 48;
    }

    /// <summary>Takes the mean luma of blocks of 2 × 2 pixels for one row of half the size; blocks at the edges may be cut.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ReadHalf(Painting painting, int y, Span<float> row)
    {
        ref var top = ref Unsafe.As<short, long>(ref MemoryMarshal.GetReference(painting.Row(2 * y)));
        ref var bottom = ref Unsafe.As<short, long>(ref MemoryMarshal.GetReference(painting.Row(Math.Min(2 * y + 1, painting.Height - 1))));
        ref var target = ref MemoryMarshal.GetReference(row[Plane.Margin..]);
        var (x, half) = (0, (painting.Width + 1) / 2);
        for (; 2 * x + 32 <= painting.Width; x += 16)
        {
            var sums = Vector512.Narrow(PairSums(ref top, ref bottom, 2 * x), PairSums(ref top, ref bottom, 2 * x + 16));
            (0.25f * Vector512.ConvertToSingle(sums)).StoreUnsafe(ref target, (nuint)x);
        }

        for (; x < half; x++)
        {
            var (a, b) = (2 * x, Math.Min(2 * x + 1, painting.Width - 1));
            var sum = (Unsafe.Add(ref top, a) >> 48) + (Unsafe.Add(ref top, b) >> 48) + (Unsafe.Add(ref bottom, a) >> 48) + (Unsafe.Add(ref bottom, b) >> 48);
            Unsafe.Add(ref target, x) = 0.25f * sum;
        }
    }

    // The luma is the uppermost quarter of a pixel.
    private static Vector512<long> Luma(ref long pixels, int x) => Vector512.LoadUnsafe(ref pixels, (nuint)x) >> 48;

    // Sums of eight blocks from 16 columns of two rows: neighbours, narrowed, are the halves of one long.
    private static Vector512<long> PairSums(ref long top, ref long bottom, int x)
    {
        var columns = Vector512.Narrow(Luma(ref top, x) + Luma(ref bottom, x), Luma(ref top, x + 8) + Luma(ref bottom, x + 8)).AsInt64();
        return ((columns << 32) >> 32) + (columns >> 32);
    }
}
