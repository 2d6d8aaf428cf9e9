using VideoStyle.Core.Errors;
using VideoStyle.Native.Interop;

namespace VideoStyle.Native;

/// <summary>The kernels of an optical-flow network, with their gradients.</summary>
/// <remarks>The rules of <see cref="Kernels"/> hold: pinned memory, no overlap, refusals before the first write, no dependence on threads.</remarks>
public static class FlowKernels
{
    /// <summary>Local correlation: the dot products of each pixel's features with those around where its flow points.</summary>
    /// <param name="f1">Features of the first image, <c>[N, C, H, W]</c>, C a multiple of 16 up to 1024; float or bfloat16.</param>
    /// <param name="f2">Those of the second image, of f1's size and dtype.</param>
    /// <param name="flow">From the first image to the second, in pixels of the features, <c>[N, 2, H, W]</c>, float.</param>
    /// <param name="radius">0 to 8; k = 2·radius + 1.</param>
    /// <param name="y">Receives <c>[N, k², H, W]</c> of f1's dtype: channel j·k + i is the product with f2 at (i − radius, j − radius) from where the flow points, bilinear, 0 outside.</param>
    /// <exception cref="VideoStyleException">A size or dtype does not fit.</exception>
    /// <remarks>Teed and Deng, "RAFT", 2020, with correlation computed where it is looked up, at one scale.</remarks>
    public static void Correlation(in ImageBatch f1, in ImageBatch f2, in ImageBatch flow, int radius, in ImageBatch y) =>
        NativeMethods.Correlation(f1, f2, flow, radius, y).ThrowIfFailed();

    /// <summary>The gradient of <see cref="Correlation"/> for the features, in float; the flow gets none.</summary>
    /// <param name="f1">As it was.</param>
    /// <param name="f2">As it was.</param>
    /// <param name="flow">As it was.</param>
    /// <param name="radius">As it was.</param>
    /// <param name="gradient">Of y, of y's size.</param>
    /// <param name="df1">Receives that of f1.</param>
    /// <param name="df2">Receives that of f2.</param>
    /// <exception cref="VideoStyleException">A size or dtype does not fit.</exception>
    public static void CorrelationBackward(
        in ImageBatch f1,
        in ImageBatch f2,
        in ImageBatch flow,
        int radius,
        in ImageBatch gradient,
        in ImageBatch df1,
        in ImageBatch df2
    ) => NativeMethods.CorrelationBackward(f1, f2, flow, radius, gradient, df1, df2).ThrowIfFailed();

    /// <summary>Upsampling in which each fine pixel is a convex combination of its coarse pixel's 3×3 neighbours.</summary>
    /// <param name="x">What is upsampled, <c>[N, C, H, W]</c>, C up to 8; float. Its border is replicated.</param>
    /// <param name="logits">Of the weights, <c>[N, 9·factor², H, W]</c>: sub-pixel (a, b) has that of tap t in channel (t·factor + a)·factor + b; a softmax over the taps follows.</param>
    /// <param name="factor">1 to 8.</param>
    /// <param name="y">Receives <c>[N, C, H·factor, W·factor]</c>, float.</param>
    /// <exception cref="VideoStyleException">A size or dtype does not fit.</exception>
    /// <remarks>Teed and Deng, "RAFT", 2020.</remarks>
    public static void ConvexUpsample(in ImageBatch x, in ImageBatch logits, int factor, in ImageBatch y) =>
        NativeMethods.ConvexUpsample(x, logits, factor, y).ThrowIfFailed();

    /// <summary>The gradient of <see cref="ConvexUpsample"/>, in float.</summary>
    /// <param name="x">As it was.</param>
    /// <param name="logits">As they were.</param>
    /// <param name="factor">As it was.</param>
    /// <param name="gradient">Of y, of y's size.</param>
    /// <param name="dx">Receives that of x.</param>
    /// <param name="dlogits">Receives that of the logits.</param>
    /// <exception cref="VideoStyleException">A size or dtype does not fit.</exception>
    public static void ConvexUpsampleBackward(
        in ImageBatch x,
        in ImageBatch logits,
        int factor,
        in ImageBatch gradient,
        in ImageBatch dx,
        in ImageBatch dlogits
    ) => NativeMethods.ConvexUpsampleBackward(x, logits, factor, gradient, dx, dlogits).ThrowIfFailed();
}
