using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using VideoStyle.Core.Media;

namespace VideoStyle.Metrics.Quality;

/// <summary>The gradient energy of an image, a measure of its sharpness.</summary>
/// <remarks>Tenengrad: Krotkov, "Focusing", 1988.</remarks>
internal static class SobelEnergy
{
    /// <summary>Averages the squared Sobel gradient of the luma (0–255) over all pixels that have neighbors.</summary>
    /// <returns>0 for images under 3 pixels on a side.</returns>
    public static double Mean(LumaImage luma)
    {
        if (luma.Width < 3 || luma.Height < 3)
            return 0;
        long sum = 0;
        for (var y = 1; y < luma.Height - 1; y++)
            sum += SumRow(luma, y);
        return (double)sum / ((long)(luma.Width - 2) * (luma.Height - 2));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static long SumRow(LumaImage luma, int y)
    {
        ref var above = ref luma.Pixels[(y - 1) * luma.Width];
        ref var here = ref Unsafe.Add(ref above, luma.Width);
        ref var below = ref Unsafe.Add(ref here, luma.Width);
        // Of the widest row that OpenCV takes, 32767 pixels, the sum of a lane still fits.
        var (squares, x) = (Vector512<uint>.Zero, 1);
        for (; x < luma.Width - Vector512<short>.Count; x += Vector512<short>.Count)
        {
            var left = Load(ref above, x - 1) + 2 * Load(ref here, x - 1) + Load(ref below, x - 1);
            var right = Load(ref above, x + 1) + 2 * Load(ref here, x + 1) + Load(ref below, x + 1);
            var gx = right - left;
            var gy = Load(ref below, x - 1) + 2 * Load(ref below, x) + Load(ref below, x + 1) - Load(ref above, x - 1) - 2 * Load(ref above, x) - Load(ref above, x + 1);
            squares += Square(Vector512.WidenLower(gx)) + Square(Vector512.WidenUpper(gx)) + Square(Vector512.WidenLower(gy)) + Square(Vector512.WidenUpper(gy));
        }

        var (low, high) = Vector512.Widen(squares);
        var sum = (long)Vector512.Sum(low + high);
        for (; x < luma.Width - 1; x++)
        {
            var gx = At(ref above, x + 1) - At(ref above, x - 1) + 2 * (At(ref here, x + 1) - At(ref here, x - 1)) + At(ref below, x + 1) - At(ref below, x - 1);
            var gy = At(ref below, x - 1) + 2 * At(ref below, x) + At(ref below, x + 1) - At(ref above, x - 1) - 2 * At(ref above, x) - At(ref above, x + 1);
            sum += gx * gx + gy * gy;
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> Load(ref byte row, int x) =>
        Vector512.WidenLower(Vector256.LoadUnsafe(ref row, (nuint)x).ToVector512Unsafe()).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Square(Vector512<int> values) => (values * values).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int At(ref byte row, int x) => Unsafe.Add(ref row, x);
}
