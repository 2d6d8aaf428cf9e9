using VideoStyle.Core.Errors;
using VideoStyle.Native.Interop;

namespace VideoStyle.Native;

/// <summary>What stands between the convolutions of a network, each in one pass over channels-last pictures.</summary>
/// <remarks>
/// Over raw pointers: a caller keeps what they point at in place during a call, and nothing is kept afterwards. What is
/// written overlaps nothing that is read. A size that does not fit is refused before anything is written, as a
/// <see cref="VideoStyleException"/> of kind <see cref="ErrorKind.Internal"/>; how much memory a pointer has cannot be
/// checked. Sums are taken in an order of their own, so that results do not depend on the number of threads.
/// </remarks>
public static unsafe class Kernels
{
    /// <summary>Lets kernels run on the threads of an OpenMP runtime that is loaded already, for the whole process.</summary>
    /// <param name="parallel">The address of its <c>GOMP_parallel</c>.</param>
    /// <param name="maxThreads">The address of its <c>omp_get_max_threads</c>.</param>
    /// <param name="numThreads">The address of its <c>omp_get_num_threads</c>.</param>
    /// <param name="threadNum">The address of its <c>omp_get_thread_num</c>.</param>
    /// <remarks>
    /// Rows are then split over the same team, and the same number of threads, as whatever else uses the runtime on the
    /// calling thread. All zero, as at first: kernels use the calling thread alone. The runtime must stay loaded.
    /// </remarks>
    /// <exception cref="VideoStyleException">Some of the addresses are zero and some are not.</exception>
    public static void SetOpenMp(nint parallel, nint maxThreads, nint numThreads, nint threadNum)
    {
        VideoStyleNative.Require(NativeUnits.Kernels);
        NativeMethods.KernelsSetOpenMp(parallel, maxThreads, numThreads, threadNum).ThrowIfFailed();
    }

    /// <summary>Instance normalisation and what follows it: <c>pad(upsample(act(norm(x)) + residual))</c>.</summary>
    /// <param name="x">Pictures, <c>[N, C, H, W]</c>; float or bfloat16.</param>
    /// <param name="weight">Scale, <c>[C]</c>.</param>
    /// <param name="bias">Offset, <c>[C]</c>.</param>
    /// <param name="residual">Of x's size and dtype, or null.</param>
    /// <param name="options">What follows the norm.</param>
    /// <param name="statistics"><c>[N, 2, C]</c>: mean and 1/σ, written, or read where they are <paramref name="given"/>.</param>
    /// <param name="given">Whether nothing is measured.</param>
    /// <param name="y">Receives <c>[N, C, H·scale + 2·pad, W·scale + 2·pad]</c>, of x's dtype.</param>
    /// <exception cref="VideoStyleException">A size or dtype does not fit.</exception>
    /// <remarks>Ulyanov, Vedaldi and Lempitsky, "Instance Normalization", 2016, eq. 4, with the biased variance.</remarks>
    public static void InstanceNorm(
        in Pictures x,
        float* weight,
        float* bias,
        Pictures? residual,
        in NormOptions options,
        float* statistics,
        bool given,
        in Pictures y
    )
    {
        var added = residual.GetValueOrDefault();
        NativeMethods
            .InstanceNorm(x, weight, bias, residual is null ? null : &added, options, statistics, given ? 1 : 0, y)
            .ThrowIfFailed();
    }

    /// <summary>The gradient of <see cref="InstanceNorm"/>, in float and without an edge border.</summary>
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
        in Pictures x,
        float* weight,
        float* bias,
        float* statistics,
        in NormOptions options,
        in Pictures gradient,
        in Pictures dx,
        float* dweight,
        float* dbias,
        Pictures? dresidual
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

    /// <summary><see cref="InstanceNorm"/> of a picture enlarged twofold that lies in its four phases, which it puts together.</summary>
    /// <param name="x">
    /// <c>[N, 4·C, H + 1, W + 1]</c>; float or bfloat16. Pixel (2·y + a, 2·x + b) of the large picture has its channels from
    /// (2·a + b)·C on in pixel (y + a, x + b).
    /// </param>
    /// <param name="weight">Scale, <c>[C]</c>.</param>
    /// <param name="bias">Offset, <c>[C]</c>.</param>
    /// <param name="options">What follows the norm; without a further enlargement.</param>
    /// <param name="statistics"><c>[N, 2, C]</c>, as of <see cref="InstanceNorm"/>.</param>
    /// <param name="given">Whether nothing is measured.</param>
    /// <param name="y">Receives <c>[N, C, 2·H + 2·pad, 2·W + 2·pad]</c>, of x's dtype.</param>
    /// <exception cref="VideoStyleException">A size or dtype does not fit.</exception>
    public static void PhaseNorm(
        in Pictures x,
        float* weight,
        float* bias,
        in NormOptions options,
        float* statistics,
        bool given,
        in Pictures y
    ) => NativeMethods.PhaseNorm(x, weight, bias, options, statistics, given ? 1 : 0, y).ThrowIfFailed();

    /// <summary>Adds rows of a picture that lies in strips to the sums of which <see cref="NormRows"/> takes its statistics.</summary>
    /// <param name="strips">Strips behind one another, <c>[1, C, h, W]</c> each; float or bfloat16.</param>
    /// <param name="top">The row of the picture that the first strip begins with.</param>
    /// <param name="first">The first row to be added; all are added once, in their order.</param>
    /// <param name="last">The row behind the last one.</param>
    /// <param name="phases">Whether the strips are as x of <see cref="PhaseNorm"/>, of which a row needs the one below too.</param>
    /// <param name="sums"><c>[3, C]</c>, zero at first: a pivot, the sums around it, and those of the squares.</param>
    /// <exception cref="VideoStyleException">The strips do not fit one another, or a row is not in them.</exception>
    public static void NormRowSums(ReadOnlySpan<Pictures> strips, long top, long first, long last, bool phases, double* sums) =>
        NativeMethods.NormRowSums(strips, strips.Length, top, first, last, phases ? 1 : 0, sums).ThrowIfFailed();

    /// <summary>Some rows of what <see cref="InstanceNorm"/> or <see cref="PhaseNorm"/> makes of a picture in strips, the same to the bit.</summary>
    /// <param name="strips">As in <see cref="NormRowSums"/>.</param>
    /// <param name="top">The row that the first strip begins with.</param>
    /// <param name="height">Rows of the normalised picture without its border.</param>
    /// <param name="sums">Of all rows; null to give the rows their border and no more.</param>
    /// <param name="weight">Scale, <c>[C]</c>; null where there are no sums.</param>
    /// <param name="bias">Offset, <c>[C]</c>; null where there are no sums.</param>
    /// <param name="residual">Added to the rows, of y's size and dtype, without border and ReLU; or null.</param>
    /// <param name="phases">Whether four phases are put together.</param>
    /// <param name="first">The first row that is wanted, counted with the border.</param>
    /// <param name="options">What follows the norm; without enlargement.</param>
    /// <param name="y">Receives <c>[1, C, rows, W + 2·pad]</c>: as many rows as it has.</param>
    /// <exception cref="VideoStyleException">A size or dtype does not fit, or a row is not in the strips.</exception>
    public static void NormRows(
        ReadOnlySpan<Pictures> strips,
        long top,
        long height,
        double* sums,
        float* weight,
        float* bias,
        Pictures? residual,
        bool phases,
        long first,
        in NormOptions options,
        in Pictures y
    )
    {
        var added = residual.GetValueOrDefault();
        NativeMethods
            .NormRows(
                strips,
                strips.Length,
                top,
                height,
                sums,
                weight,
                bias,
                residual is null ? null : &added,
                phases ? 1 : 0,
                first,
                options,
                y
            )
            .ThrowIfFailed();
    }

    /// <summary>Bytes to numbers, mirrored to a canvas at the right and at the bottom, with blocks of pixels as channels and a reflected border.</summary>
    /// <param name="rgb">Red, green and blue of the upper left pixel; its neighbours follow.</param>
    /// <param name="height">Rows of the frame, or of the part of it that is read.</param>
    /// <param name="width">Pixels of a row.</param>
    /// <param name="rowStride">Bytes from a row to the next one, 3·width or more.</param>
    /// <param name="canvas">The size that a network takes: whole blocks, and at least the frame.</param>
    /// <param name="block">The side of the square of pixels that becomes the channels of one, as PyTorch's <c>pixel_unshuffle</c>.</param>
    /// <param name="pad">Border of the result on each side, as wide as may be.</param>
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
        in Pictures y
    ) =>
        NativeMethods
            .FrameToInput(rgb, height, width, rowStride, canvas.Height, canvas.Width, block, pad, scale, first, y)
            .ThrowIfFailed();

    /// <summary>Numbers to a painting: <c>pixel_shuffle</c>, sigmoid or scale, luma, fixed point, and a cut at the right and at the bottom.</summary>
    /// <param name="y"><c>[1, 3·block², H, W]</c>; float or bfloat16.</param>
    /// <param name="block">The side of the square of pixels that one pixel of y holds, up to 1024.</param>
    /// <param name="sigmoid">Whether values go through a sigmoid; they are multiplied and clamped otherwise.</param>
    /// <param name="scale">What brings them to 0–1; 1 for a sigmoid.</param>
    /// <param name="painting">
    /// Receives red, green, blue and luma (BT.601) of each pixel, 16384 for white, <c>[height, width, 4]</c>. A NaN becomes 0.
    /// </param>
    /// <param name="height">Rows, at most H·block.</param>
    /// <param name="width">Pixels of a row, at most W·block.</param>
    /// <exception cref="VideoStyleException">A size or dtype does not fit.</exception>
    public static void OutputToPainting(
        in Pictures y,
        int block,
        bool sigmoid,
        float scale,
        short* painting,
        long height,
        long width
    ) => NativeMethods.OutputToPainting(y, block, sigmoid ? 1 : 0, scale, painting, height, width).ThrowIfFailed();
}
