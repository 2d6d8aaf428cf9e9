using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using VideoStyle.Core.Stylizers;

namespace VideoStyle.Core.Compositing;

/// <summary>Reads the luma of stylized frames as rows of floats, in fixed-point units.</summary>
internal static class LumaRows
{
    /// <summary>Copies the luma of a row, beginning behind the margin.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Read(StylizedFrame frame, int y, Span<float> row)
    {
        ref var pixels = ref Unsafe.As<short, long>(ref MemoryMarshal.GetReference(frame.Row(y)));
        ref var target = ref MemoryMarshal.GetReference(row[Plane.Margin..]);
        var x = 0;
        for (; x + 16 <= frame.Width; x += 16)
            Vector512.ConvertToSingle(Vector512.Narrow(Luma(ref pixels, x), Luma(ref pixels, x + 8))).StoreUnsafe(ref target, (nuint)x);
        for (; x < frame.Width; x++)
            Unsafe.Add(ref target, x) = Unsafe.Add(ref pixels, x) >> 48;
    }

    // The luma is the highest 16 bits of a pixel.
    private static Vector512<long> Luma(ref long pixels, int x) => Vector512.LoadUnsafe(ref pixels, (nuint)x) >> 48;
}
