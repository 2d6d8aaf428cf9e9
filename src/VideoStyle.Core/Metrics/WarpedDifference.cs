using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using VideoStyle.Core.Flow;

namespace VideoStyle.Core.Metrics;

/// <summary>Compares a picture with another one that is warped onto it, pixel by pixel.</summary>
/// <remarks>
/// The other picture is sampled bilinearly at <c>p + w(p)</c> and continued by its border pixels. Rows are computed in
/// parallel and added in order, so that sums do not depend on the number of threads.
/// </remarks>
internal static class WarpedDifference
{
    /// <summary>Sums weighted squared differences over all pixels and the three channels, in units of 255².</summary>
    /// <param name="reference">The picture whose pixels are visited.</param>
    /// <param name="other">The picture that is warped, of the same size.</param>
    /// <param name="flow">Flow from <paramref name="reference"/> to <paramref name="other"/>.</param>
    /// <param name="weights">Certainty masks on the grid of <paramref name="reference"/>, each with the weight that a certainty has.</param>
    /// <returns>One sum for each mask.</returns>
    public static double[] Sum(Picture reference, Picture other, FlowField flow, IReadOnlyList<PixelWeights> weights)
    {
        var rows = new double[reference.Height * weights.Count];
        Parallel.For(0, reference.Height, y => SumRow(reference, other, flow, weights, y, rows.AsSpan(y * weights.Count, weights.Count)));
        var sums = new double[weights.Count];
        for (var i = 0; i < rows.Length; i++)
            sums[i % weights.Count] += rows[i] / (255.0 * 255.0);
        return sums;
    }

    /// <summary>Warps a picture, for showing it.</summary>
    /// <param name="other">The picture that is warped.</param>
    /// <param name="flow">Flow from the grid of the result to <paramref name="other"/>.</param>
    /// <returns>RGB bytes, rounded.</returns>
    public static byte[] Warp(Picture other, FlowField flow)
    {
        var result = new byte[3 * flow.Width * flow.Height];
        Parallel.For(0, flow.Height, y =>
        {
            ref var image = ref MemoryMarshal.GetArrayDataReference(other.Rgb);
            var vectors = MemoryMarshal.Cast<float, Vector2>(flow.Vectors.AsSpan()).Slice(y * flow.Width, flow.Width);
            for (var x = 0; x < vectors.Length; x++)
            {
                var colour = Sample(ref image, other.Width, other.Height, x + vectors[x].X, y + vectors[x].Y);
                var rounded = Vector128.ConvertToInt32(colour + Vector128.Create(0.5f));
                var at = 3 * (y * flow.Width + x);
                (result[at], result[at + 1], result[at + 2]) = ((byte)rounded[0], (byte)rounded[1], (byte)rounded[2]);
            }
        });
        return result;
    }

    private static void SumRow(
        Picture reference,
        Picture other,
        FlowField flow,
        IReadOnlyList<PixelWeights> weights,
        int y,
        Span<double> sums
    )
    {
        ref var image = ref MemoryMarshal.GetArrayDataReference(other.Rgb);
        ref var own = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(reference.Rgb), 3 * y * reference.Width);
        var vectors = MemoryMarshal.Cast<float, Vector2>(flow.Vectors.AsSpan()).Slice(y * flow.Width, flow.Width);
        var errors = new float[vectors.Length].AsSpan();
        for (var x = 0; x < errors.Length; x++)
        {
            var difference = Pixel(ref own, 3 * x) - Sample(ref image, other.Width, other.Height, x + vectors[x].X, y + vectors[x].Y);
            errors[x] = Vector128.Dot(difference, difference);
        }

        for (var i = 0; i < sums.Length; i++)
            sums[i] = weights[i].Row(y).WeightedSum(errors);
    }

    /// <summary>Interpolates a pixel; the fourth lane is 0. A position that is no number gives the first pixel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Sample(ref byte image, int width, int height, float x, float y)
    {
        // Clamped as floats: a wild position must not reach the conversion to int.
        x = MathF.Max(0, MathF.Min(x, width - 1));
        y = MathF.Max(0, MathF.Min(y, height - 1));
        var (left, top) = ((int)x, (int)y);
        var toRight = left < width - 1 ? 3 : 0;
        var toBottom = top < height - 1 ? 3 * width : 0;
        var at = 3 * (top * width + left);
        var alpha = Vector128.Create(x - left);
        var (a, b) = (Pixel(ref image, at), Pixel(ref image, at + toRight));
        var (c, d) = (Pixel(ref image, at + toBottom), Pixel(ref image, at + toBottom + toRight));
        var upper = a + alpha * (b - a);
        var lower = c + alpha * (d - c);
        return upper + Vector128.Create(y - top) * (lower - upper);
    }

    /// <summary>Reads three bytes as floats; reads a fourth, which <see cref="Picture.Spare"/> keeps inside the array.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Pixel(ref byte image, int offset)
    {
        var bytes = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref image, offset)) & 0x00FFFFFF;
        var widened = Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalar(bytes).AsByte()));
        return Vector128.ConvertToSingle(widened.AsInt32());
    }
}
