using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using VideoStyle.Core.Flow;
using VideoStyle.Core.Media;

namespace VideoStyle.Core.MotionEstimation;

/// <summary>The consistency of a forward and a backward flow, and of the images along them, row by row.</summary>
internal static class FlowConsistency
{
    /// <summary>The sum <c>w + ŵ</c> where <c>w</c> leaves the image: its square is finite, and the confidence it gives is 0.</summary>
    private const float Inconsistent = 1e9f;

    /// <summary>Vectors that leave the image have an exponent below this; others hardly ever.</summary>
    public const float Outside = -5000;

    /// <summary>Computes <c>w + ŵ</c> along a row of vectors, and the difference of the images.</summary>
    /// <param name="target">The image that the vectors lead to.</param>
    /// <param name="from">The image that they start in.</param>
    /// <param name="flow"><c>w</c>, from <paramref name="from"/> to <paramref name="target"/>.</param>
    /// <param name="opposite"><c>ŵ</c>, which leads back.</param>
    /// <param name="y">The row.</param>
    /// <param name="sums">Receives two values for each pixel.</param>
    /// <param name="differences">Receives the difference of the images; 0 where a vector leaves them.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Compare(
        LumaImage target, LumaImage from, FlowField flow, FlowField opposite, int y, Span<float> sums, Span<float> differences)
    {
        var (width, height) = (from.Width, from.Height);
        var (lastX, lastY) = (Math.Max(width - 2, 0), Math.Max(height - 2, 0));
        var (right, down) = (width > 1 ? 1 : 0, height > 1 ? width : 0);
        ref var vectors = ref Unsafe.As<float, Vector2>(ref flow.Vectors[2 * y * width]);
        ref var back = ref Unsafe.As<float, double>(ref MemoryMarshal.GetArrayDataReference(opposite.Vectors));
        ref var pixels = ref MemoryMarshal.GetArrayDataReference(target.Pixels);
        ref var own = ref from.Pixels[y * width];
        ref var sum = ref Unsafe.As<float, double>(ref sums[0]);
        for (var x = 0; x < differences.Length; x++)
        {
            var w = Unsafe.Add(ref vectors, x);
            var (sx, sy) = (x + w.X, y + w.Y);
            if (!(sx >= 0 && sy >= 0 && sx <= width - 1 && sy <= height - 1))
            {
                (Unsafe.Add(ref sum, x), differences[x]) = (Vector64.Create(Inconsistent).AsDouble().ToScalar(), 0);
                continue;
            }

            var (ix, iy) = (Math.Min((int)sx, lastX), Math.Min((int)sy, lastY));
            var (fractionX, fractionY) = (sx - ix, sy - iy);
            var place = iy * width + ix;
            // Two vectors side by side in each.
            var above = Vector128.Create(Unsafe.Add(ref back, place), Unsafe.Add(ref back, place + right)).AsSingle();
            var below = Vector128.Create(Unsafe.Add(ref back, place + down), Unsafe.Add(ref back, place + down + right)).AsSingle();
            var both = above + fractionY * (below - above);
            var next = Vector128.Shuffle(both.AsDouble(), Vector128.Create(1L, 0)).AsSingle();
            var agreed = w.AsVector128() + both + fractionX * (next - both);
            Unsafe.Add(ref sum, x) = agreed.AsDouble().ToScalar();

            ref var corner = ref Unsafe.Add(ref pixels, place);
            var top = corner + fractionX * (Unsafe.Add(ref corner, right) - corner);
            ref var lower = ref Unsafe.Add(ref corner, down);
            var bottom = lower + fractionX * (Unsafe.Add(ref lower, right) - lower);
            differences[x] = top + fractionY * (bottom - top) - Unsafe.Add(ref own, x);
        }
    }

    /// <summary>Computes the exponents of the forward-backward factor: <c>−0.7 (|w + ŵ|² / (0.01 (|w|² + |ŵ|²) + slack))²</c>.</summary>
    /// <param name="vectors"><c>w</c>, two values for each pixel.</param>
    /// <param name="sums"><c>w + ŵ</c>.</param>
    /// <param name="slack">In square pixels.</param>
    /// <param name="exponents">Receives one value for each pixel.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Exponents(ReadOnlySpan<float> vectors, ReadOnlySpan<float> sums, float slack, Span<float> exponents)
    {
        ref var vector = ref MemoryMarshal.GetReference(vectors);
        ref var sum = ref MemoryMarshal.GetReference(sums);
        var x = 0;
        for (; x + 8 <= exponents.Length; x += 8)
        {
            var (s, t) = (Vector256.LoadUnsafe(ref sum, (nuint)(2 * x)), Vector256.LoadUnsafe(ref sum, (nuint)(2 * x) + 8));
            var (w, v) = (Vector256.LoadUnsafe(ref vector, (nuint)(2 * x)), Vector256.LoadUnsafe(ref vector, (nuint)(2 * x) + 8));
            var squares = SumPairs(s * s, t * t);
            var lengths = SumPairs(w * w + (s - w) * (s - w), v * v + (t - v) * (t - v));
            var ratio = squares / (0.01f * lengths + Vector256.Create(slack));
            (-0.7f * ratio * ratio).StoreUnsafe(ref MemoryMarshal.GetReference(exponents), (nuint)x);
        }

        for (; x < exponents.Length; x++)
        {
            var (w, s) = (new Vector2(vectors[2 * x], vectors[2 * x + 1]), new Vector2(sums[2 * x], sums[2 * x + 1]));
            var ratio = s.LengthSquared() / (0.01f * (w.LengthSquared() + (s - w).LengthSquared()) + slack);
            exponents[x] = ratio <= 1e6f ? -0.7f * ratio * ratio : float.NegativeInfinity; // also where the squares overflow
        }
    }

    /// <summary>Computes the mean of two flows where they agree: <c>w − a/2 (w + ŵ)</c>.</summary>
    /// <param name="vectors"><c>w</c>, two values for each pixel.</param>
    /// <param name="sums"><c>w + ŵ</c>.</param>
    /// <param name="agreement"><c>a</c>, 0–1, one value for each pixel.</param>
    /// <param name="means">Receives two values for each pixel.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Average(ReadOnlySpan<float> vectors, ReadOnlySpan<float> sums, ReadOnlySpan<float> agreement, Span<float> means)
    {
        var x = 0;
        for (; x + 4 <= agreement.Length; x += 4)
        {
            var four = Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(agreement), (nuint)x);
            var twice = Vector256.Shuffle(four.ToVector256Unsafe(), Vector256.Create(0, 0, 1, 1, 2, 2, 3, 3));
            var w = Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(vectors), (nuint)(2 * x));
            (w - 0.5f * twice * Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(sums), (nuint)(2 * x)))
                .StoreUnsafe(ref MemoryMarshal.GetReference(means), (nuint)(2 * x));
        }

        for (; x < agreement.Length; x++)
            for (var i = 2 * x; i < 2 * x + 2; i++)
                means[i] = vectors[i] - 0.5f * agreement[x] * sums[i];
    }

    /// <summary>Replaces each difference <c>d</c> by the confidence <c>e^(x − (d / τ)⁴)</c>.</summary>
    /// <param name="exponents"><c>x</c>, at most 0.</param>
    /// <param name="tolerance">τ, in the unit of the differences.</param>
    /// <param name="differences">Changed.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Confidence(ReadOnlySpan<float> exponents, float tolerance, Span<float> differences)
    {
        var (scale, x) = (1 / tolerance, 0);
        for (; x + 8 <= differences.Length; x += 8)
        {
            var d = scale * Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(differences), (nuint)x);
            Exponential(Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(exponents), (nuint)x) - d * d * d * d)
                .StoreUnsafe(ref MemoryMarshal.GetReference(differences), (nuint)x);
        }

        for (; x < differences.Length; x++)
            differences[x] = MathF.Exp(exponents[x] - MathF.Pow(scale * differences[x], 4));
    }

    /// <summary>Replaces each <c>x</c>, at most 0, by <c>e^x</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Exponential(Span<float> values)
    {
        var x = 0;
        for (; x + 8 <= values.Length; x += 8)
            Exponential(Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(values), (nuint)x)).StoreUnsafe(ref MemoryMarshal.GetReference(values), (nuint)x);
        for (; x < values.Length; x++)
            values[x] = MathF.Exp(values[x]);
    }

    // 2 to the integer part of x / ln 2, times a polynomial of the rest: relative error 2·10⁻⁷, and 0 below −87. The library's
    // function takes ten times as long (.NET 10 computes in doubles).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Exponential(Vector256<float> x)
    {
        var nonzero = Vector256.GreaterThan(x, Vector256.Create(-87f));
        x = Vector256.MaxNative(x, Vector256.Create(-87f));
        var n = Vector256.Round(x * 1.44269504f);
        var r = x - n * 0.693359375f + n * 2.12194440e-4f;
        var p = r * 1.3888889e-3f + Vector256.Create(8.3333602e-3f);
        p = p * r + Vector256.Create(0.041666668f);
        p = p * r + Vector256.Create(0.16666667f);
        p = p * r + Vector256.Create(0.5f);
        p = p * r + Vector256<float>.One;
        p = p * r + Vector256<float>.One;
        var power = (Vector256.ConvertToInt32Native(n) + Vector256.Create(127)) << 23;
        return Vector256.BitwiseAnd(p * power.AsSingle(), nonzero);
    }

    // The sums of both values of each pixel.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> SumPairs(Vector256<float> one, Vector256<float> two)
    {
        one += (one.AsInt64() >>> 32).AsSingle();
        two += (two.AsInt64() >>> 32).AsSingle();
        return Vector256.Narrow(one.AsInt64(), two.AsInt64()).AsSingle();
    }
}
