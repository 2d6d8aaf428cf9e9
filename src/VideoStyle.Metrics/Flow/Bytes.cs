using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace VideoStyle.Metrics.Flow;

/// <summary>Vectorized operations on bytes.</summary>
internal static class Bytes
{
    /// <summary>Narrows 16 values of 0–255.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Narrow(Vector512<int> values)
    {
        var words = Vector256.Narrow(values.GetLower().AsUInt32(), values.GetUpper().AsUInt32());
        return Vector128.Narrow(words.GetLower(), words.GetUpper());
    }

    /// <summary>Widens 16 values to floats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ToSingle(Vector128<byte> values)
    {
        var words = Vector256.WidenLower(values.ToVector256Unsafe());
        return Vector512.ConvertToSingle(Vector512.WidenLower(words.ToVector512Unsafe()).AsInt32());
    }

    /// <summary>Sums exactly.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static long Sum(ReadOnlySpan<byte> values)
    {
        var (total, x) = (Vector512<ulong>.Zero, 0);
        for (; x <= values.Length - Vector512<byte>.Count; x += Vector512<byte>.Count)
        {
            var (low, high) = Vector512.Widen(Vector512.Create(values[x..]));
            total += WidenSum(low + high);
        }

        long sum = (long)Vector512.Sum(total);
        for (; x < values.Length; x++)
            sum += values[x];
        return sum;
    }

    /// <summary>Sums squares exactly.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static long SumOfSquares(ReadOnlySpan<byte> values)
    {
        var (total, x) = (Vector512<ulong>.Zero, 0);
        for (; x <= values.Length - Vector512<byte>.Count; x += Vector512<byte>.Count)
        {
            var (low, high) = Vector512.Widen(Vector512.Create(values[x..]));
            total += WidenSum(low * low) + WidenSum(high * high);
        }

        long sum = (long)Vector512.Sum(total);
        for (; x < values.Length; x++)
            sum += values[x] * values[x];
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> WidenSum(Vector512<ushort> values)
    {
        var (low, high) = Vector512.Widen(values);
        var (first, second) = Vector512.Widen(low + high);
        return first + second;
    }
}
