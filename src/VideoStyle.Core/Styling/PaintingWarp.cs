using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace VideoStyle.Core.Styling;

/// <summary>Moves the previous painting along the backward flow and blends it into the next one.</summary>
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

        Rows.For(painting.Height, y =>
        {
            var vectors = ArrayPool<float>.Shared.Rent(3 * painting.Width);
            ExpandRow(motion, y, painting.Width, keep, vectors);
            BlendRow(painting, previous, y, vectors);
            ArrayPool<float>.Shared.Return(vectors);
        });
    }

    /// <summary>
    /// Motion below this many pixels is taken for none, and up to twice as much is damped. An estimator never says
    /// exactly 0; resampling a still picture a fifth of a pixel to and fro would blur it within seconds.
    /// </summary>
    private const float StillPx = 0.2f;

    // Interpolates the reduced flow and confidence for one row of the painting, as (dx, dy, κM) in painting pixels.
    private static void ExpandRow(Motion motion, int y, int width, float keep, float[] row)
    {
        var (flow, factor) = (motion.Backward, motion.Factor);
        var (y0, y1, wy) = Locate(y, factor, flow.Height);
        var top = flow.Vectors.AsSpan(2 * y0 * flow.Width);
        var bottom = flow.Vectors.AsSpan(2 * y1 * flow.Width);
        var topM = motion.Confidence.AsSpan(y0 * flow.Width);
        var bottomM = motion.Confidence.AsSpan(y1 * flow.Width);
        for (var x = 0; x < width; x++)
        {
            var (x0, x1, wx) = Locate(x, factor, flow.Width);
            var dx = factor * Lerp2(top[2 * x0], top[2 * x1], bottom[2 * x0], bottom[2 * x1], wx, wy);
            var dy = factor * Lerp2(top[2 * x0 + 1], top[2 * x1 + 1], bottom[2 * x0 + 1], bottom[2 * x1 + 1], wx, wy);
            var trust = Math.Clamp((MathF.Sqrt(dx * dx + dy * dy) - StillPx) / StillPx, 0, 1);
            (row[3 * x], row[3 * x + 1]) = (trust * dx, trust * dy);
            row[3 * x + 2] = keep * Lerp2(topM[x0], topM[x1], bottomM[x0], bottomM[x1], wx, wy);
        }
    }

    // The centre of reduced pixel i lies at i · factor + (factor − 1) / 2 of the painting.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (int First, int Second, float Weight) Locate(int position, int factor, int length)
    {
        var reduced = Math.Clamp((position - 0.5f * (factor - 1)) / factor, 0, length - 1);
        var first = (int)reduced;
        return (first, Math.Min(first + 1, length - 1), reduced - first);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Lerp2(float a, float b, float c, float d, float wx, float wy)
    {
        var top = a + wx * (b - a);
        return top + wy * (c + wx * (d - c) - top);
    }

    private static void BlendRow(Painting painting, Painting previous, int y, float[] vectors)
    {
        var (width, height) = (painting.Width, painting.Height);
        ref var source = ref MemoryMarshal.GetArrayDataReference(previous.Buffer);
        ref var target = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(painting.Buffer), 3 * y * width);
        var fourthLane = Vector128.Create(0, 0, 0, -1).AsSingle();
        for (var x = 0; x < width; x++)
        {
            var kept = vectors[3 * x + 2];
            if (kept <= 0)
                continue;

            var sx = Math.Clamp(x + vectors[3 * x], 0, width - 1);
            var sy = Math.Clamp(y + vectors[3 * x + 1], 0, height - 1);
            var warped = Sample(ref source, width, height, sx, sy);
            ref var pixel = ref Unsafe.Add(ref target, 3 * x);
            var painted = Vector128.LoadUnsafe(ref pixel);
            var blended = painted + kept * (warped - painted);
            if (x < width - 1)
            {
                // The fourth lane is the next pixel's red, which must keep its value.
                Vector128.ConditionalSelect(fourthLane, painted, blended).StoreUnsafe(ref pixel);
            }
            else
            {
                // Behind the last pixel of a row begins the next row, which may belong to another thread.
                (pixel, Unsafe.Add(ref pixel, 1), Unsafe.Add(ref pixel, 2)) = (blended[0], blended[1], blended[2]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Sample(ref float values, int width, int height, float x, float y)
    {
        var (ix, iy) = ((int)x, (int)y);
        var (wx, wy) = (x - ix, y - iy);
        var right = ix < width - 1 ? 3 : 0;
        var down = iy < height - 1 ? 3 * width : 0;
        ref var a = ref Unsafe.Add(ref values, 3 * (iy * width + ix));
        var top = Vector128.LoadUnsafe(ref a);
        top += wx * (Vector128.LoadUnsafe(ref a, (nuint)right) - top);
        var bottom = Vector128.LoadUnsafe(ref a, (nuint)down);
        bottom += wx * (Vector128.LoadUnsafe(ref a, (nuint)(down + right)) - bottom);
        return top + wy * (bottom - top);
    }
}
