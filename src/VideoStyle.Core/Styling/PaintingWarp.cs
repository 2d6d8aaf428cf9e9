using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace VideoStyle.Core.Styling;

/// <summary>Moves a painting along the backward flow and blends it into another one.</summary>
internal static class PaintingWarp
{
    /// <summary>Replaces <c>S</c> by <c>S + κM (W(z) − S)</c>, in place.</summary>
    /// <param name="painting"><c>S</c> on entry, the blend on return.</param>
    /// <param name="previous"><c>z</c>, of the same size.</param>
    /// <param name="motion">Flow and confidence <c>M</c> at reduced resolution; both are interpolated bilinearly.</param>
    /// <param name="keep"><c>κ</c>, 0–1.</param>
    internal static void BlendOnto(Painting painting, Painting previous, Motion motion, float keep)
    {
        if (painting.Width != previous.Width || painting.Height != previous.Height)
            throw new ArgumentException("The paintings differ in size.", nameof(previous));

        using MotionGrid grid = new(motion, motion.Confidence, keep);
        Rows.For(painting.Height, (first, last) =>
        {
            var steps = ArrayPool<float>.Shared.Rent(grid.RowLength);
            var columns = ArrayPool<(int, float)>.Shared.Rent(painting.Width);
            grid.LocateColumns(columns.AsSpan(0, painting.Width));
            for (var y = first; y < last; y++)
            {
                grid.ReadRow(y, steps);
                BlendRow(painting, previous, y, steps, columns);
            }

            ArrayPool<(int, float)>.Shared.Return(columns);
            ArrayPool<float>.Shared.Return(steps);
        });
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void BlendRow(Painting painting, Painting previous, int y, float[] steps, (int Index, float Weight)[] columns)
    {
        var width = painting.Width;
        ref var source = ref MemoryMarshal.GetArrayDataReference(previous.Buffer);
        ref var target = ref MemoryMarshal.GetReference(painting.Row(y));
        ref var step = ref MemoryMarshal.GetArrayDataReference(steps);
        var furthest = Vector128.Create(width - 1f, painting.Height - 1f, 0.99999f, 0);
        var position = Vector128.Create(0f, y, 0, 0);
        for (var x = 0; x < width; x++)
        {
            var (index, weight) = columns[x];
            var left = Vector128.LoadUnsafe(ref step, (nuint)index);
            var moved = position + left + weight * (Vector128.LoadUnsafe(ref step, (nuint)index + 4) - left);
            position += Vector128.Create(1f, 0, 0, 0);
            var at = Vector128.MaxNative(Vector128.MinNative(moved, furthest), Vector128<float>.Zero);
            var whole = Vector128.ConvertToInt32Native(at);
            // Of x and y the fraction, of the weight, which is below 1, all.
            var parts = Vector128.ConvertToInt32Native((at - Vector128.ConvertToSingle(whole)) * FixedPoint.MostWeight).AsByte();
            var place = Painting.Channels * (whole.ToScalar() + width * whole.GetElement(1));

            var top = Vector128.LoadUnsafe(ref source, (nuint)place);
            var both = FixedPoint.Mix(top, Vector128.LoadUnsafe(ref source, (nuint)(place + Painting.Channels * width)),
                Vector128.ShuffleNative(parts, Vector128.Create((short)0x0504).AsByte()).AsInt16());
            var warped = FixedPoint.Mix(both, Vector128.Shuffle(both.AsInt64(), Vector128.Create(1L, 0)).AsInt16(),
                Vector128.ShuffleNative(parts, Vector128.Create((short)0x0100).AsByte()).AsInt16());
            var painted = FixedPoint.LoadFour(ref target, (nuint)(Painting.Channels * x));
            var kept = Vector128.ShuffleNative(parts, Vector128.Create((short)0x0908).AsByte()).AsInt16();
            FixedPoint.StoreFour(FixedPoint.Mix(painted, warped, kept), ref target, (nuint)(Painting.Channels * x));
        }
    }
}
