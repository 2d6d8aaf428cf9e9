using System.Runtime.InteropServices;

namespace VideoStyle.Native.Interop;

/// <summary>The kernels of <c>videostyle.h</c>.</summary>
internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library, EntryPoint = "vs_kernels_set_openmp")]
    internal static partial Status KernelsSetOpenMp(nint parallel, nint maxThreads, nint numThreads, nint threadNum);

    [LibraryImport(Library, EntryPoint = "vs_instance_norm")]
    internal static partial Status InstanceNorm(
        in ImageBatch x,
        float* weight,
        float* bias,
        ImageBatch* residual,
        in NormOptions options,
        float* statistics,
        int given,
        in ImageBatch y
    );

    [LibraryImport(Library, EntryPoint = "vs_instance_norm_backward")]
    internal static partial Status InstanceNormBackward(
        in ImageBatch x,
        float* weight,
        float* bias,
        float* statistics,
        in NormOptions options,
        in ImageBatch gradient,
        in ImageBatch dx,
        float* dweight,
        float* dbias,
        ImageBatch* dresidual
    );

    [LibraryImport(Library, EntryPoint = "vs_subpixel_norm")]
    internal static partial Status SubPixelNorm(
        in ImageBatch x,
        float* weight,
        float* bias,
        in NormOptions options,
        float* statistics,
        int given,
        in ImageBatch y
    );

    [LibraryImport(Library, EntryPoint = "vs_norm_row_sums")]
    internal static partial Status NormRowSums(
        ReadOnlySpan<ImageBatch> tiles,
        int count,
        long top,
        long first,
        long last,
        int subPixel,
        double* sums
    );

    [LibraryImport(Library, EntryPoint = "vs_norm_rows")]
    internal static partial Status NormRows(
        ReadOnlySpan<ImageBatch> tiles,
        int count,
        long top,
        long height,
        double* sums,
        float* weight,
        float* bias,
        ImageBatch* residual,
        int subPixel,
        long first,
        in NormOptions options,
        in ImageBatch y
    );

    [LibraryImport(Library, EntryPoint = "vs_frame_to_input")]
    internal static partial Status FrameToInput(
        byte* rgb,
        long height,
        long width,
        long rowStride,
        long canvasHeight,
        long canvasWidth,
        int block,
        int pad,
        float scale,
        long first,
        in ImageBatch y
    );

    [LibraryImport(Library, EntryPoint = "vs_output_to_frame")]
    internal static partial Status OutputToFrame(
        in ImageBatch y,
        int block,
        int sigmoid,
        float scale,
        short* stylized,
        long height,
        long width
    );

    [LibraryImport(Library, EntryPoint = "vs_correlation")]
    internal static partial Status Correlation(in ImageBatch f1, in ImageBatch f2, in ImageBatch flow, int radius, in ImageBatch y);

    [LibraryImport(Library, EntryPoint = "vs_correlation_backward")]
    internal static partial Status CorrelationBackward(
        in ImageBatch f1,
        in ImageBatch f2,
        in ImageBatch flow,
        int radius,
        in ImageBatch gradient,
        in ImageBatch df1,
        in ImageBatch df2
    );

    [LibraryImport(Library, EntryPoint = "vs_convex_upsample")]
    internal static partial Status ConvexUpsample(in ImageBatch x, in ImageBatch logits, int factor, in ImageBatch y);

    [LibraryImport(Library, EntryPoint = "vs_convex_upsample_backward")]
    internal static partial Status ConvexUpsampleBackward(
        in ImageBatch x,
        in ImageBatch logits,
        int factor,
        in ImageBatch gradient,
        in ImageBatch dx,
        in ImageBatch dlogits
    );
}
