using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using VideoStyle.Core.Media;

namespace VideoStyle.Metrics;

/// <summary>Metrics of single pictures that need neither flow nor a network.</summary>
internal static class PictureQuality
{
    /// <summary>Gets the mean squared difference over all pixels and channels, 0–65025.</summary>
    public static double MeanSquaredError(Picture a, Picture b)
    {
        var count = 3 * a.Width * a.Height;
        var left = a.Rgb.AsSpan(0, count);
        var right = b.Rgb.AsSpan(0, count);
        long sum = 0;
        var lanes = MemoryMarshal.Cast<byte, Vector<byte>>(left);
        var otherLanes = MemoryMarshal.Cast<byte, Vector<byte>>(right);
        for (var i = 0; i < lanes.Length; i++)
        {
            // Of unsigned bytes, the larger less the smaller cannot wrap.
            var difference = Vector.Max(lanes[i], otherLanes[i]) - Vector.Min(lanes[i], otherLanes[i]);
            Vector.Widen(difference, out var low, out var high);
            Vector.Widen(low * low, out var first, out var second);
            Vector.Widen(high * high, out var third, out var fourth);
            sum += Vector.Sum(first + second + third + fourth);
        }

        for (var i = lanes.Length * Vector<byte>.Count; i < count; i++)
            sum += (left[i] - right[i]) * (left[i] - right[i]);
        return (double)sum / count;
    }

    /// <summary>Gets the gradient energy: the mean of the squared Sobel gradient of the luma (0–255) over all pixels that have neighbours.</summary>
    /// <returns>0 for pictures under 3 pixels on a side.</returns>
    public static double GradientEnergy(LumaImage luma)
    {
        if (luma.Width < 3 || luma.Height < 3)
            return 0;
        long sum = 0;
        for (var y = 1; y < luma.Height - 1; y++)
            sum += GradientEnergyOfRow(luma, y);
        return (double)sum / ((long)(luma.Width - 2) * (luma.Height - 2));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static long GradientEnergyOfRow(LumaImage luma, int y)
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
