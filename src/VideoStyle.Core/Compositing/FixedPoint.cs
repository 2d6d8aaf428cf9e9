using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace VideoStyle.Core.Compositing;

/// <summary>16-bit fixed-point arithmetic.</summary>
internal static class FixedPoint
{
    /// <summary>The maximum weight, which stands for 1: 1 itself does not fit into 16 bits.</summary>
    public const float MaxWeight = short.MaxValue;

    /// <summary>Multiplies by weights between −1 and 1, in units of 2^−15: <c>(a · weight + 2^14) &gt;&gt; 15</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> MultiplyRound(Vector128<short> a, Vector128<short> weight)
    {
        if (Ssse3.IsSupported)
            return Ssse3.MultiplyHighRoundScale(a, weight);
        if (AdvSimd.IsSupported)
            return AdvSimd.MultiplyRoundedDoublingSaturateHigh(a, weight);
        var (low, high) = (Vector128.WidenLower(a) * Vector128.WidenLower(weight), Vector128.WidenUpper(a) * Vector128.WidenUpper(weight));
        var half = Vector128.Create(1 << 14);
        return Vector128.Narrow((low + half) >> 15, (high + half) >> 15);
    }

    /// <summary>Does the same for twice as many values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> MultiplyRound(Vector256<short> a, Vector256<short> weight) =>
        Avx2.IsSupported
            ? Avx2.MultiplyHighRoundScale(a, weight)
            : Vector256.Create(MultiplyRound(a.GetLower(), weight.GetLower()), MultiplyRound(a.GetUpper(), weight.GetUpper()));

    /// <summary>Interpolates linearly: <c>from + weight (to − from)</c>. The values must differ by less than 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> Mix(Vector128<short> from, Vector128<short> to, Vector128<short> weight) =>
        from + MultiplyRound(to - from, weight);

    /// <summary>Does the same for twice as many values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Mix(Vector256<short> from, Vector256<short> to, Vector256<short> weight) =>
        from + MultiplyRound(to - from, weight);

    /// <summary>Loads four values into the lower half of a vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> LoadFour(ref short values, nuint index) =>
        Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<long>(ref Unsafe.As<short, byte>(ref Unsafe.Add(ref values, index)))).AsInt16();

    /// <summary>Stores the lower half of a vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreFour(Vector128<short> vector, ref short values, nuint index) =>
        Unsafe.WriteUnaligned(ref Unsafe.As<short, byte>(ref Unsafe.Add(ref values, index)), vector.AsInt64().ToScalar());
}
