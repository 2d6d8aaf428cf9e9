using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace VideoStyle.Core.Media;

/// <summary>Symmetric windows, given by their half: taps from the center outwards.</summary>
internal static class GaussianKernel
{
    /// <summary>Creates half of a Gaussian window with the sum 1.</summary>
    /// <param name="radius">Taps beside the one in the center.</param>
    /// <param name="sigma">σ in pixels, above 0.</param>
    public static float[] Half(int radius, double sigma)
    {
        var half = Enumerable.Range(0, radius + 1).Select(k => Math.Exp(-k * k / (2 * sigma * sigma))).ToArray();
        var total = 2 * half.Sum() - half[0];
        return Array.ConvertAll(half, tap => (float)(tap / total));
    }

    /// <summary>Sums 16 adjacent windows along a row; values at the same distance are added before they are weighted.</summary>
    /// <param name="half">The taps.</param>
    /// <param name="center">The first window's center, with as many values around the 16 as there are taps beside the center.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> SumAlong(float[] half, ref float center)
    {
        var sum = half[0] * Vector512.LoadUnsafe(ref center);
        for (var k = 1; k < half.Length; k++)
        {
            var pair = Vector512.LoadUnsafe(ref Unsafe.Subtract(ref center, k)) + Vector512.LoadUnsafe(ref center, (nuint)k);
            sum = Vector512.FusedMultiplyAdd(Vector512.Create(half[k]), pair, sum);
        }

        return sum;
    }
}
