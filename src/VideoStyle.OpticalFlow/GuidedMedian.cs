using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace VideoStyle.OpticalFlow;

/// <summary>Replaces each vector of a flow by the weighted median of its neighborhood, in which samples of similar brightness weigh more.</summary>
/// <remarks>
/// The weighted median of Sun, Roth and Black, "Secrets of Optical Flow Estimation and Their Principles" (CVPR 2010). A patch that straddles a motion
/// boundary takes the motion of the side with more texture; here the other side gets its own back. Without it, flat ground moves with every object in
/// front of it, in a halo as wide as a patch of the coarsest level. Ours: the median of vectors, that sample <c>k</c> for which
/// <c>Σ w_i (|u_i − u_k| + |v_i − v_k|)</c> is least, of 5×5 samples; <c>w_i = 1 / (1 + (d_i / 20)²)²</c> for the difference <c>d_i</c> of brightness.
/// </remarks>
internal static class GuidedMedian
{
    private const int Side = 5;
    private const float Tolerance = 20;

    /// <summary>The distance between two samples: 5 of them span 9 vectors.</summary>
    private const int Step = 2;

    /// <summary>Vectors whose components differ by less than this in sum, in pixels, are left as they are.</summary>
    private const float Uniform = 0.1f;

    /// <summary>Filters a flow.</summary>
    /// <param name="guide">The brightness at each vector, 0–255; of the flow's size.</param>
    /// <param name="flow">The flow; not changed.</param>
    /// <param name="result">Receives the medians; of the flow's size.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Filter(PaddedImage guide, FlowPlanes flow, FlowPlanes result)
    {
        Span<Vector256<float>> u = stackalloc Vector256<float>[Side * Side];
        Span<Vector256<float>> v = stackalloc Vector256<float>[Side * Side];
        Span<Vector256<float>> weights = stackalloc Vector256<float>[Side * Side];
        for (var y = 0; y < flow.Height; y++)
            for (var x = 0; x < flow.Width; x += Vector256<float>.Count)
            {
                if (IsUniform(flow, x, y))
                {
                    Vector256.LoadUnsafe(ref flow.X[y * flow.Stride + x]).StoreUnsafe(ref result.X[y * result.Stride + x]);
                    Vector256.LoadUnsafe(ref flow.Y[y * flow.Stride + x]).StoreUnsafe(ref result.Y[y * result.Stride + x]);
                    continue;
                }

                var centre = Vector256.LoadUnsafe(ref guide.At(x, y));
                for (var i = 0; i < u.Length; i++)
                {
                    var row = Math.Clamp(y + Step * (i / Side - Side / 2), 0, flow.Height - 1);
                    var column = Math.Clamp(x + Step * (i % Side - Side / 2), 0, Math.Max(flow.Width - Vector256<float>.Count, 0));
                    u[i] = Vector256.LoadUnsafe(ref flow.X[row * flow.Stride + column]);
                    v[i] = Vector256.LoadUnsafe(ref flow.Y[row * flow.Stride + column]);
                    var difference = (Vector256.LoadUnsafe(ref guide.At(column, row)) - centre) * (1 / Tolerance);
                    var weight = Vector256<float>.One / Vector256.FusedMultiplyAdd(difference, difference, Vector256<float>.One);
                    weights[i] = weight * weight;
                }

                var (medianU, medianV) = Median(u, v, weights);
                medianU.StoreUnsafe(ref result.X[y * result.Stride + x]);
                medianV.StoreUnsafe(ref result.Y[y * result.Stride + x]);
            }
    }

    // Most of an image moves as its surroundings do, and its medians would be what they are.
    private static bool IsUniform(FlowPlanes flow, int x, int y)
    {
        var (leastX, mostX) = (Vector256.Create(float.MaxValue), Vector256.Create(float.MinValue));
        var (leastY, mostY) = (leastX, mostX);
        for (var dy = -4; dy <= 4; dy += 4)
            for (var dx = -4; dx <= 4; dx += 4)
            {
                var i = Math.Clamp(y + dy, 0, flow.Height - 1) * flow.Stride + Math.Clamp(x + dx, 0, Math.Max(flow.Width - Vector256<float>.Count, 0));
                var (u, v) = (Vector256.LoadUnsafe(ref flow.X[i]), Vector256.LoadUnsafe(ref flow.Y[i]));
                (leastX, mostX, leastY, mostY) = (Vector256.MinNative(leastX, u), Vector256.MaxNative(mostX, u), Vector256.MinNative(leastY, v), Vector256.MaxNative(mostY, v));
            }

        return Vector256.LessThanAll(mostX - leastX + (mostY - leastY), Vector256.Create(Uniform));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float> U, Vector256<float> V) Median(Span<Vector256<float>> u, Span<Vector256<float>> v, Span<Vector256<float>> weights)
    {
        var (medianU, medianV, least) = (u[0], v[0], Vector256.Create(float.MaxValue));
        for (var k = 0; k < u.Length; k++)
        {
            var (candidateU, candidateV, sum) = (u[k], v[k], Vector256<float>.Zero);
            for (var i = 0; i < u.Length; i++)
                sum = Vector256.FusedMultiplyAdd(weights[i], Vector256.Abs(u[i] - candidateU) + Vector256.Abs(v[i] - candidateV), sum);
            var isLess = Vector256.LessThan(sum, least);
            medianU = Vector256.ConditionalSelect(isLess, candidateU, medianU);
            medianV = Vector256.ConditionalSelect(isLess, candidateV, medianV);
            least = Vector256.MinNative(sum, least);
        }

        return (medianU, medianV);
    }
}
