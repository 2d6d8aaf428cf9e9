using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using VideoStyle.Core.Flow;

namespace VideoStyle.Metrics.Flow;

/// <summary>One row of a flow with separate axes, for code that processes 16 pixels at once.</summary>
/// <remarks>
/// Pixel <c>x</c> stands at <see cref="Margin"/> + x. The pixels just outside repeat the edge; what follows them up to
/// whole vectors is 0 or what an earlier row left there.
/// </remarks>
internal sealed class FlowRow(int width)
{
    /// <summary>Values before the first pixel, and at least as many behind the last.</summary>
    public const int Margin = 16;

    public float[] U { get; } = new float[RoundUp(width) + 2 * Margin];

    public float[] V { get; } = new float[RoundUp(width) + 2 * Margin];

    /// <summary>Gets a number of pixels that whole vectors of 16 cover.</summary>
    public static int RoundUp(int width) => (width + Vector512<float>.Count - 1) & -Vector512<float>.Count;

    /// <summary>Reads row <c>y</c> of a flow that is as wide as this.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Read(FlowField flow, int y)
    {
        ref var row = ref flow.Vectors[2 * y * width];
        ref var u = ref U[Margin];
        ref var v = ref V[Margin];
        var x = 0;
        for (; x <= width - Vector512<float>.Count; x += Vector512<float>.Count)
        {
            // A vector is one lane of 64 bits, u its lower half.
            var first = Vector512.LoadUnsafe(ref row, (nuint)(2 * x)).AsUInt64();
            var second = Vector512.LoadUnsafe(ref row, (nuint)(2 * x + Vector512<float>.Count)).AsUInt64();
            Vector512.Narrow(first, second).AsSingle().StoreUnsafe(ref u, (nuint)x);
            Vector512.Narrow(first >>> 32, second >>> 32).AsSingle().StoreUnsafe(ref v, (nuint)x);
        }

        for (; x < width; x++)
            (Unsafe.Add(ref u, x), Unsafe.Add(ref v, x)) = (Unsafe.Add(ref row, 2 * x), Unsafe.Add(ref row, 2 * x + 1));
        (U[Margin - 1], V[Margin - 1]) = (u, v);
        (U[Margin + width], V[Margin + width]) = (U[Margin + width - 1], V[Margin + width - 1]);
    }
}
