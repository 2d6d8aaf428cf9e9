using System.Runtime.InteropServices;

namespace VideoStyle.Native.Interop;

/// <summary>The kernels of <c>videostyle.h</c>.</summary>
internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library, EntryPoint = "vs_kernels_set_openmp")]
    internal static partial Status KernelsSetOpenMp(nint parallel, nint maxThreads, nint numThreads, nint threadNum);

    [LibraryImport(Library, EntryPoint = "vs_instance_norm")]
    internal static partial Status InstanceNorm(
        in Pictures x,
        float* weight,
        float* bias,
        Pictures* residual,
        in NormOptions options,
        float* statistics,
        int given,
        in Pictures y
    );

    [LibraryImport(Library, EntryPoint = "vs_instance_norm_backward")]
    internal static partial Status InstanceNormBackward(
        in Pictures x,
        float* weight,
        float* bias,
        float* statistics,
        in NormOptions options,
        in Pictures gradient,
        in Pictures dx,
        float* dweight,
        float* dbias,
        Pictures* dresidual
    );

    [LibraryImport(Library, EntryPoint = "vs_phase_norm")]
    internal static partial Status PhaseNorm(
        in Pictures x,
        float* weight,
        float* bias,
        in NormOptions options,
        float* statistics,
        int given,
        in Pictures y
    );

    [LibraryImport(Library, EntryPoint = "vs_norm_row_sums")]
    internal static partial Status NormRowSums(
        ReadOnlySpan<Pictures> strips,
        int count,
        long top,
        long first,
        long last,
        int phases,
        double* sums
    );

    [LibraryImport(Library, EntryPoint = "vs_norm_rows")]
    internal static partial Status NormRows(
        ReadOnlySpan<Pictures> strips,
        int count,
        long top,
        long height,
        double* sums,
        float* weight,
        float* bias,
        Pictures* residual,
        int phases,
        long first,
        in NormOptions options,
        in Pictures y
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
        in Pictures y
    );

    [LibraryImport(Library, EntryPoint = "vs_output_to_painting")]
    internal static partial Status OutputToPainting(
        in Pictures y,
        int block,
        int sigmoid,
        float scale,
        short* painting,
        long height,
        long width
    );
}
