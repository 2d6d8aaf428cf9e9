using VideoStyle.Core.Errors;
using VideoStyle.Native.Interop;

namespace VideoStyle.Native;

/// <summary>The layers between the convolutions of a network, each in one pass over channels-last images.</summary>
/// <remarks>
/// Kernels work on raw pointers: the caller pins the memory during a call, and no pointer is kept. Outputs must not overlap inputs.
/// A size that does not fit is refused before anything is written, as a <see cref="VideoStyleException"/> of kind
/// <see cref="ErrorKind.Internal"/>; the memory behind a pointer cannot be checked. Results do not depend on the number of threads.
/// </remarks>
public static unsafe class Kernels
{
    /// <summary>Runs kernels on the threads of an OpenMP runtime that is already loaded, for the whole process.</summary>
    /// <param name="parallel">The address of its <c>GOMP_parallel</c>.</param>
    /// <param name="maxThreads">The address of its <c>omp_get_max_threads</c>.</param>
    /// <param name="numThreads">The address of its <c>omp_get_num_threads</c>.</param>
    /// <param name="threadNum">The address of its <c>omp_get_thread_num</c>.</param>
    /// <remarks>
    /// Kernels then share the runtime's team and its number of threads. All zero, the default: kernels use the calling thread alone.
    /// The runtime must stay loaded.
    /// </remarks>
    /// <exception cref="VideoStyleException">Some of the addresses are zero and some are not.</exception>
    public static void SetOpenMp(nint parallel, nint maxThreads, nint numThreads, nint threadNum)
    {
        VideoStyleNative.Require(NativeUnits.Kernels);
        NativeMethods.KernelsSetOpenMp(parallel, maxThreads, numThreads, threadNum).ThrowIfFailed();
    }

    /// <summary>Instance normalization and what follows it: <c>pad(upsample(act(norm(x)) + residual))</c>.</summary>
    /// <param name="x">Images, <c>[N, C, H, W]</c>; float or bfloat16.</param>
    /// <param name="weight">Scale, <c>[C]</c>.</param>
    /// <param name="bias">Offset, <c>[C]</c>.</param>
    /// <param name="residual">Of x's size and dtype, or null.</param>
    /// <param name="options">What follows the norm.</param>
    /// <param name="statistics"><c>[N, 2, C]</c>: mean and 1/σ, written, or read where <paramref name="given"/>.</param>
    /// <param name="given">Whether the statistics are read instead of measured.</param>
    /// <param name="y">Receives <c>[N, C, H·scale + 2·pad, W·scale + 2·pad]</c>, of x's dtype.</param>
    /// <exception cref="VideoStyleException">A size or dtype does not fit.</exception>
    /// <remarks>Ulyanov, Vedaldi and Lempitsky, "Instance Normalization", 2016, eq. 4, with the biased variance.</remarks>
    public static void InstanceNorm(
        in ImageBatch x,
        float* weight,
        float* bias,
        ImageBatch? residual,
        in NormOptions options,
        float* statistics,
        bool given,
        in ImageBatch y
    )
    {
        var added = residual.GetValueOrDefault();
        NativeMethods
            .InstanceNorm(x, weight, bias, residual is null ? null : &added, options, statistics, given ? 1 : 0, y)
            .ThrowIfFailed();
    }

    /// <summary>The gradient of <see cref="InstanceNorm"/>, in float and without replicate padding.</summary>
    /// <param name="x">As it was.</param>
    /// <param name="weight">As it was.</param>
    /// <param name="bias">As it was.</param>
    /// <param name="statistics">As the norm wrote them.</param>
    /// <param name="options">As they were.</param>
    /// <param name="gradient">Of y, of y's size.</param>
    /// <param name="dx">Receives the gradient of x, of x's size.</param>
    /// <param name="dweight">Receives that of the weight, <c>[C]</c>.</param>
    /// <param name="dbias">Receives that of the bias, <c>[C]</c>.</param>
    /// <param name="dresidual">Receives that of the residual, of x's size; null where there was none.</param>
    /// <exception cref="VideoStyleException">A size or dtype does not fit.</exception>
    public static void InstanceNormBackward(
        in ImageBatch x,
        float* weight,
        float* bias,
        float* statistics,
        in NormOptions options,
        in ImageBatch gradient,
        in ImageBatch dx,
        float* dweight,
        float* dbias,
        ImageBatch? dresidual
    )
    {
        var added = dresidual.GetValueOrDefault();
        NativeMethods
            .InstanceNormBackward(
                x,
                weight,
                bias,
                statistics,
                options,
                gradient,
                dx,
                dweight,
                dbias,
                dresidual is null ? null : &added
            )
            .ThrowIfFailed();
    }

    /// <summary><see cref="InstanceNorm"/> of the result of a sub-pixel convolution for upsampling by 2, whose sub-pixels it shuffles.</summary>
    /// <param name="x">
    /// <c>[N, 4·C, H + 1, W + 1]</c>; float or bfloat16. Pixel (2·y + a, 2·x + b) of the upsampled image has its channels from
    /// (2·a + b)·C on in pixel (y + a, x + b).
    /// </param>
    /// <param name="weight">Scale, <c>[C]</c>.</param>
    /// <param name="bias">Offset, <c>[C]</c>.</param>
    /// <param name="options">What follows the norm; without upsampling.</param>
    /// <param name="statistics"><c>[N, 2, C]</c>, as of <see cref="InstanceNorm"/>.</param>
    /// <param name="given">Whether the statistics are read instead of measured.</param>
    /// <param name="y">Receives <c>[N, C, 2·H + 2·pad, 2·W + 2·pad]</c>, of x's dtype.</param>
    /// <exception cref="VideoStyleException">A size or dtype does not fit.</exception>
    public static void SubPixelNorm(
        in ImageBatch x,
        float* weight,
        float* bias,
        in NormOptions options,
        float* statistics,
        bool given,
        in ImageBatch y
    ) => NativeMethods.SubPixelNorm(x, weight, bias, options, statistics, given ? 1 : 0, y).ThrowIfFailed();

    /// <summary>Adds rows of an image in row tiles to the sums that <see cref="NormRows"/> computes its statistics from.</summary>
    /// <param name="tiles">Consecutive row tiles, <c>[1, C, h, W]</c> each; float or bfloat16.</param>
    /// <param name="top">The row of the image that the first tile starts with.</param>
    /// <param name="first">The first row to add; all rows are added once, in order.</param>
    /// <param name="last">The row after the last one.</param>
    /// <param name="subPixel">Whether the tiles are as x of <see cref="SubPixelNorm"/>, of which a row needs the one below too.</param>
    /// <param name="sums"><c>[3, C]</c>, zero at first: a pivot, the sums around it, and the sums of squares.</param>
    /// <exception cref="VideoStyleException">The tiles do not fit one another, or a row is not in them.</exception>
    public static void NormRowSums(ReadOnlySpan<ImageBatch> tiles, long top, long first, long last, bool subPixel, double* sums) =>
        NativeMethods.NormRowSums(tiles, tiles.Length, top, first, last, subPixel ? 1 : 0, sums).ThrowIfFailed();

    /// <summary>Some rows of the result of <see cref="InstanceNorm"/> or <see cref="SubPixelNorm"/> for an image in row tiles, bit for bit.</summary>
    /// <param name="tiles">As in <see cref="NormRowSums"/>.</param>
    /// <param name="top">The row that the first tile starts with.</param>
    /// <param name="height">Rows of the normalized image without padding.</param>
    /// <param name="sums">Of all rows; null to pad the rows only.</param>
    /// <param name="weight">Scale, <c>[C]</c>; null where there are no sums.</param>
    /// <param name="bias">Offset, <c>[C]</c>; null where there are no sums.</param>
    /// <param name="residual">Added to the rows, of y's size and dtype, without padding and ReLU; or null.</param>
    /// <param name="subPixel">Whether the tiles are those of a sub-pixel convolution.</param>
    /// <param name="first">The first row wanted, counted with the padding.</param>
    /// <param name="options">What follows the norm; without upsampling.</param>
    /// <param name="y">Receives <c>[1, C, rows, W + 2·pad]</c>: as many rows as it has.</param>
    /// <exception cref="VideoStyleException">A size or dtype does not fit, or a row is not in the tiles.</exception>
    public static void NormRows(
        ReadOnlySpan<ImageBatch> tiles,
        long top,
        long height,
        double* sums,
        float* weight,
        float* bias,
        ImageBatch? residual,
        bool subPixel,
        long first,
        in NormOptions options,
        in ImageBatch y
    )
    {
        var added = residual.GetValueOrDefault();
        NativeMethods
            .NormRows(
                tiles,
                tiles.Length,
                top,
                height,
                sums,
                weight,
                bias,
                residual is null ? null : &added,
                subPixel ? 1 : 0,
                first,
                options,
                y
            )
            .ThrowIfFailed();
    }

    /// <summary>Makes a network's input of a frame: reflection padding at the right and at the bottom, pixel-unshuffle, and reflection padding on each side.</summary>
    /// <param name="rgb">Red, green and blue of the upper left pixel; its neighbours follow.</param>
    /// <param name="height">Rows of the frame, or of the region that is read.</param>
    /// <param name="width">Pixels of a row.</param>
    /// <param name="rowStride">Bytes from a row to the next one, 3·width or more.</param>
    /// <param name="canvas">The padded size: a multiple of the block, and at least the frame's.</param>
    /// <param name="block">The factor of PyTorch's <c>pixel_unshuffle</c>.</param>
    /// <param name="pad">Padding of the result on each side, of any width.</param>
    /// <param name="scale">What a byte is multiplied by.</param>
    /// <param name="first">The first row of the result that is wanted, counted with the border.</param>
    /// <param name="y">
    /// Receives <c>[1, 3·block², rows, canvas width/block + 2·pad]</c>, as many rows as it has; float, bfloat16 or half.
    /// </param>
    /// <exception cref="VideoStyleException">A size or dtype does not fit.</exception>
    public static void FrameToInput(
        byte* rgb,
        long height,
        long width,
        long rowStride,
        (long Height, long Width) canvas,
        int block,
        int pad,
        float scale,
        long first,
        in ImageBatch y
    ) =>
        NativeMethods
            .FrameToInput(rgb, height, width, rowStride, canvas.Height, canvas.Width, block, pad, scale, first, y)
            .ThrowIfFailed();

    /// <summary>Makes a stylized frame of a network's output: <c>pixel_shuffle</c>, sigmoid or scale, luma, fixed point, and a crop at the right and at the bottom.</summary>
    /// <param name="y"><c>[1, 3·block², H, W]</c>; float or bfloat16.</param>
    /// <param name="block">The factor of PyTorch's <c>pixel_shuffle</c>, up to 1024.</param>
    /// <param name="sigmoid">Whether values pass a sigmoid; otherwise they are multiplied by the scale and clamped.</param>
    /// <param name="scale">The factor that brings them to 0–1; 1 with a sigmoid.</param>
    /// <param name="stylized">
    /// Receives red, green, blue and luma (BT.601) of each pixel, 16384 for white, <c>[height, width, 4]</c>. A NaN becomes 0.
    /// </param>
    /// <param name="height">Rows, at most H·block.</param>
    /// <param name="width">Pixels of a row, at most W·block.</param>
    /// <exception cref="VideoStyleException">A size or dtype does not fit.</exception>
    public static void OutputToFrame(
        in ImageBatch y,
        int block,
        bool sigmoid,
        float scale,
        short* stylized,
        long height,
        long width
    ) => NativeMethods.OutputToFrame(y, block, sigmoid ? 1 : 0, scale, stylized, height, width).ThrowIfFailed();
}
