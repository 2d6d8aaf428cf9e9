namespace VideoStyle.Native.Torch;

/// <summary>The functions of neural networks, named as in <c>torch.nn.functional</c>.</summary>
public static class Functional
{
    private static readonly AtenOperator ConvOperator = new("aten::conv2d");
    private static readonly AtenOperator ReluOperator = new("aten::relu");
    private static readonly AtenOperator ReluInto = new("aten::relu_");
    private static readonly AtenOperator ResizeOperator = new("aten::_upsample_bicubic2d_aa");
    private static readonly AtenOperator SigmoidOperator = new("aten::sigmoid");
    private static readonly AtenOperator MaxPoolOperator = new("aten::max_pool2d");
    private static readonly AtenOperator UpsampleOperator = new("aten::upsample_nearest2d", "vec");
    private static readonly AtenOperator ShuffleOperator = new("aten::pixel_shuffle");
    private static readonly AtenOperator UnshuffleOperator = new("aten::pixel_unshuffle");
    private static readonly AtenOperator ReflectOperator = new("aten::reflection_pad2d");
    private static readonly AtenOperator ZeroPadOperator = new("aten::constant_pad_nd");
    private static readonly AtenOperator SampleOperator = new("aten::grid_sampler");
    private static readonly AtenOperator ConvInsideOperator = new("videostyle::conv2d");
    private static readonly AtenOperator InstanceNormOperator = new("videostyle::instance_norm");
    private static readonly AtenOperator PhaseNormOperator = new("videostyle::phase_norm");
    private static readonly AtenOperator NormRowSumsOperator = new("videostyle::norm_row_sums");
    private static readonly AtenOperator NormRowsOperator = new("videostyle::norm_rows");
    private static readonly AtenOperator ReluPadOperator = new("videostyle::relu_pad");
    private static readonly AtenOperator BilinearOperator = new("aten::upsample_bilinear2d");
    private static readonly AtenOperator AveragePoolOperator = new("aten::adaptive_avg_pool2d");
    private static readonly AtenOperator VarianceMeanOperator = new("aten::var_mean", "dim");
    private static readonly AtenOperator EighOperator = new("aten::linalg_eigh");
    private static readonly AtenOperator GramOperator = new("videostyle::gram");

    /// <summary>Cross-correlation, as PyTorch's <c>conv2d</c>.</summary>
    /// <param name="x">Pictures, <c>[N, in, H, W]</c>.</param>
    /// <param name="weight">Kernels, <c>[out, in, kH, kW]</c>.</param>
    /// <param name="bias"><c>[out]</c>, or null for none.</param>
    /// <param name="stride">Step in pixels.</param>
    /// <param name="padding">Zeros on each side.</param>
    /// <param name="groups">Parts that the channels are divided into, each of which reads its own.</param>
    public static Tensor Conv2d(Tensor x, Tensor weight, Tensor? bias, int stride = 1, int padding = 0, int groups = 1) =>
        ConvOperator.Call(x, weight, bias, new long[] { stride, stride }, new long[] { padding, padding }, new long[] { 1, 1 }, groups);

    /// <summary>As <see cref="Conv2d"/>, without padding, and as fast for a few pixels as for many.</summary>
    /// <param name="x">Pictures, <c>[N, in, H, W]</c>.</param>
    /// <param name="weight">Kernels, <c>[out, in, kH, kW]</c>.</param>
    /// <param name="bias"><c>[out]</c>, or null for none.</param>
    /// <param name="stride">Step in pixels.</param>
    public static Tensor ConvolveInside(Tensor x, Tensor weight, Tensor? bias, int stride = 1) => ConvInsideOperator.Call(x, weight, bias, stride);

    /// <summary>max(x, 0).</summary>
    public static Tensor Relu(Tensor x) => ReluOperator.Call(x);

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    public static Tensor Sigmoid(Tensor x) => SigmoidOperator.Call(x);

    /// <summary>The largest of each square of <paramref name="size"/> pixels; a rest at the right and bottom is dropped.</summary>
    public static Tensor MaxPool2d(Tensor x, int size) =>
        MaxPoolOperator.Call(x, new long[] { size, size }, new long[] { size, size });

    /// <summary>The largest of each square of <paramref name="size"/> pixels, a square every <paramref name="stride"/> pixels.</summary>
    public static Tensor MaxPool2d(Tensor x, int size, int stride) =>
        MaxPoolOperator.Call(x, new long[] { size, size }, new long[] { stride, stride });

    /// <summary>Each pixel repeated to a square of <paramref name="scale"/> pixels.</summary>
    public static Tensor UpsampleNearest(Tensor x, int scale) =>
        UpsampleOperator.Call(x, (long[]?)null, new double[] { scale, scale });

    /// <summary>Channels to pixels: <c>[N, C·b², H, W]</c> to <c>[N, C, H·b, W·b]</c>.</summary>
    public static Tensor PixelShuffle(Tensor x, int block) => ShuffleOperator.Call(x, block);

    /// <summary>Pixels to channels: <c>[N, C, H·b, W·b]</c> to <c>[N, C·b², H, W]</c>, channel = c·b² + dy·b + dx.</summary>
    public static Tensor PixelUnshuffle(Tensor x, int block) => UnshuffleOperator.Call(x, block);

    /// <summary>Mirrors a border around pictures, the edge not repeated; narrower than the picture.</summary>
    public static Tensor ReflectionPad2d(Tensor x, int pad) => ReflectOperator.Call(x, new long[] { pad, pad, pad, pad });

    /// <summary>What stands between two convolutions, in one pass: <c>pad(upsample(act(x)))</c>.</summary>
    /// <param name="x">Pictures, <c>[N, C, H, W]</c>, best channels-last.</param>
    /// <param name="relu">Whether max(·, 0) comes first.</param>
    /// <param name="scale">Nearest-neighbour enlargement, at least 1.</param>
    /// <param name="pad">Reflected border on each side, narrower than the enlarged picture.</param>
    /// <param name="scalarType">The kind of number of the result.</param>
    /// <returns><c>[N, C, H·scale + 2·pad, W·scale + 2·pad]</c>, channels-last.</returns>
    public static Tensor ReluPad(Tensor x, bool relu, int scale, int pad, ScalarType scalarType) =>
        ReluPadOperator.Call(x, relu, scale, pad, scalarType);

    /// <summary>Enlarges pictures bilinearly, the corners of the pictures on one another, as PyTorch's <c>align_corners=False</c>.</summary>
    public static Tensor UpsampleBilinear(Tensor x, long height, long width) =>
        BilinearOperator.Call(x, new[] { height, width }, false, Argument.None, Argument.None);

    /// <summary>The mean of the pixels that fall into each pixel of a smaller picture.</summary>
    public static Tensor AveragePool(Tensor x, long height, long width) => AveragePoolOperator.Call(x, new[] { height, width });

    /// <summary>Variance, divided by the number of pixels less one, and mean of each channel, both <c>[N, C, 1, 1]</c>.</summary>
    /// <param name="x"><c>[N, C, H, W]</c>, of at least two pixels.</param>
    public static (Tensor Variance, Tensor Mean) VarianceMean(Tensor x) =>
        VarianceMeanOperator.CallMany(x, new long[] { 2, 3 }, true, true) is [var variance, var mean] ? (variance, mean) : throw new InvalidOperationException();

    /// <summary>Eigenvalues, ascending, and the eigenvectors in the columns of a matrix.</summary>
    /// <param name="symmetric"><c>[C, C]</c>, float or double, of which the lower triangle is read.</param>
    public static (Tensor Values, Tensor Vectors) Eigh(Tensor symmetric) =>
        EighOperator.CallMany(symmetric, "L") is [var values, var vectors] ? (values, vectors) : throw new InvalidOperationException();

    /// <summary>Puts zeros around pictures.</summary>
    public static Tensor ZeroPad2d(Tensor x, int left, int right, int top, int bottom) =>
        ZeroPadOperator.Call(x, new long[] { left, right, top, bottom });

    /// <summary>Samples pictures bilinearly.</summary>
    /// <param name="x">Pictures, <c>[N, C, H, W]</c>.</param>
    /// <param name="grid">Where to look, <c>[N, H', W', 2]</c>, (x, y) with −1 and 1 at the outer edges of the outer pixels.</param>
    /// <remarks>What lies outside is mirrored at the edge, as PyTorch's <c>padding_mode='reflection'</c>.</remarks>
    public static Tensor GridSample(Tensor x, Tensor grid) => SampleOperator.Call(x, grid, 0, 2, false);

    /// <summary>Instance normalisation and what follows it in one pass: <c>pad(upsample(act(norm(x)) + residual))</c>.</summary>
    /// <param name="x">Pictures, <c>[N, C, H, W]</c>, channels-last; float, bfloat16 or, slower, any other.</param>
    /// <param name="weight">Scale, <c>[C]</c>, float.</param>
    /// <param name="bias">Offset, <c>[C]</c>, float.</param>
    /// <param name="residual">Added to the norm, of x's size (may be a view into a padded picture); or null.</param>
    /// <param name="relu">Whether max(·, 0) follows; not together with a residual.</param>
    /// <param name="scale">Nearest-neighbour enlargement, at least 1.</param>
    /// <param name="pad">Reflected border on each side, narrower than the enlarged picture.</param>
    /// <param name="edge">Whether the border repeats the outermost pixel instead; without enlargement and gradient.</param>
    /// <param name="eps">Added to the variance.</param>
    /// <param name="statistics">Of one picture, <c>[2, C]</c>, float: mean and 1/σ, written here; or null. On the processor, without gradient.</param>
    /// <param name="given">Whether <paramref name="statistics"/> are read instead, and nothing is measured.</param>
    /// <returns><c>[N, C, H·scale + 2·pad, W·scale + 2·pad]</c>, channels-last.</returns>
    /// <remarks>
    /// Ulyanov, Vedaldi and Lempitsky, "Instance Normalization", 2016, eq. 4, with the biased variance. On the processor
    /// the statistics are summed in float and double and do not depend on the number of threads. Differentiable; in
    /// bfloat16 the gradient goes through libtorch's own operators.
    /// </remarks>
    public static Tensor InstanceNorm(
        Tensor x,
        Tensor weight,
        Tensor bias,
        Tensor? residual = null,
        bool relu = false,
        int scale = 1,
        int pad = 0,
        bool edge = false,
        double eps = 1e-5,
        Tensor? statistics = null,
        bool given = false
    ) => InstanceNormOperator.Call(x, weight, bias, residual, relu, scale, pad, edge, eps, statistics, given);

    /// <summary>Normalises what <see cref="PhaseWeight"/> convolved, puts its four phases together, and pads.</summary>
    /// <param name="x"><c>[N, 4·C, H + 1, W + 1]</c>, channels-last, on the processor; float or bfloat16.</param>
    /// <param name="weight">Scale, <c>[C]</c>, float.</param>
    /// <param name="bias">Offset, <c>[C]</c>, float.</param>
    /// <param name="relu">Whether max(·, 0) follows.</param>
    /// <param name="pad">Border on each side.</param>
    /// <param name="edge">Whether the border repeats the outermost pixel instead of reflecting.</param>
    /// <param name="statistics">As of <see cref="InstanceNorm"/>.</param>
    /// <param name="given">Whether <paramref name="statistics"/> are read.</param>
    /// <returns><c>[N, C, 2·H + 2·pad, 2·W + 2·pad]</c>, channels-last. No gradient.</returns>
    public static Tensor PhaseNorm(
        Tensor x, Tensor weight, Tensor bias, bool relu, int pad, bool edge, Tensor? statistics = null, bool given = false) =>
        PhaseNormOperator.Call(x, weight, bias, relu, pad, edge, 1e-5, statistics, given);

    /// <summary>Makes room for the sums of a picture that is normalised in strips.</summary>
    /// <param name="channels">The channels of the norm.</param>
    /// <returns>Zeros, <c>[3, channels]</c>, double: a pivot, the sums around it, and those of the squares.</returns>
    public static Tensor NormSums(long channels) => Tensor.Zeros(3, channels).To(ScalarType.Float64);

    /// <summary>Adds the sums of a convolution's rows; all rows once, in their order, give the statistics of the whole picture.</summary>
    /// <param name="strips">Strips behind one another, <c>[1, C, h, W]</c> each, channels-last, on the processor; float or bfloat16.</param>
    /// <param name="top">The row of the picture that the first strip begins with.</param>
    /// <param name="first">The first row to be added.</param>
    /// <param name="last">The row behind the last one.</param>
    /// <param name="phases">Whether it is a convolution by <see cref="PhaseWeight"/>, of which a row needs the one below too.</param>
    /// <param name="sums">Of <see cref="NormSums"/>.</param>
    public static void NormRowSums(Tensor[] strips, int top, int first, int last, bool phases, Tensor sums) =>
        NormRowSumsOperator.Run(strips, top, first, last, phases, sums);

    /// <summary>Some rows of what <see cref="InstanceNorm"/>, or <see cref="PhaseNorm"/>, makes of a picture.</summary>
    /// <param name="strips">Strips of the convolution's result, as in <see cref="NormRowSums"/>.</param>
    /// <param name="top">The row that the first strip begins with.</param>
    /// <param name="height">Rows of the normalised picture without border.</param>
    /// <param name="sums">Of all rows; null to give the rows their border and no more.</param>
    /// <param name="weight">Scale, <c>[C]</c>, float.</param>
    /// <param name="bias">Offset, <c>[C]</c>, float.</param>
    /// <param name="residual">Added to the rows, and of their size; without border and ReLU.</param>
    /// <param name="relu">Whether max(·, 0) follows.</param>
    /// <param name="phases">Whether four phases are put together.</param>
    /// <param name="rows">Which rows, counted with the border.</param>
    /// <param name="pad">Border on each side.</param>
    /// <param name="edge">Whether it repeats the outermost pixel instead of reflecting.</param>
    /// <returns><c>[1, C, rows, W + 2·pad]</c>, channels-last; the same to the bit as those of the whole picture. No gradient.</returns>
    public static Tensor NormRows(
        Tensor[] strips,
        int top,
        int height,
        Tensor? sums,
        Tensor? weight,
        Tensor? bias,
        Tensor? residual,
        bool relu,
        bool phases,
        (int First, int Last) rows,
        int pad,
        bool edge
    ) => NormRowsOperator.Call(strips, top, height, sums, weight, bias, residual, relu, phases, rows.First, rows.Last, pad, edge);

    /// <summary>Folds the enlargement before a 3×3 convolution into its kernel, for 4/9 of the work.</summary>
    /// <param name="weight"><c>[out, in, 3, 3]</c>, for pictures enlarged twofold by repetition.</param>
    /// <returns><c>[4·out, in, 2, 2]</c>, for the small picture with a border of its outermost pixel, phases first.</returns>
    /// <remarks>
    /// Of a row of three taps over repeated pixels, two fall on the same pixel: on the second of the pair for even places,
    /// on the first for odd ones. The sub-pixel view of Shi et al., "Is the deconvolution layer the same as a convolutional
    /// layer?", 2016, applied to enlargement by repetition.
    /// </remarks>
    public static Tensor PhaseWeight(Tensor weight)
    {
        ArgumentNullException.ThrowIfNull(weight);
        using var scope = new TensorScope();
        double[][][] taps = [[[1, 0, 0], [0, 1, 1]], [[1, 1, 0], [0, 0, 1]]];
        var map = new double[9 * 16];
        for (var i = 0; i < 9 * 16; i++)
        {
            var (ky, kx, a, b, u, v) = (i / 16 / 3, i / 16 % 3, i / 8 % 2, i / 4 % 2, i / 2 % 2, i % 2);
            map[i] = taps[a][u][ky] * taps[b][v][kx];
        }

        var (output, input) = (weight.Size(0), weight.Size(1));
        var phases = weight.Reshape(output, input, 9).To(ScalarType.Float32).Matmul(Tensor.From<double>(map, 9, 16).To(ScalarType.Float32));
        var ordered = phases.Reshape(output, input, 4, 2, 2).Permute(2, 0, 1, 3, 4).Reshape(4 * output, input, 2, 2);
        return scope.Keep(ordered.Contiguous(MemoryFormat.ChannelsLast));
    }

    /// <summary>Gram matrices and means of features: <c>1/(H·W) Σ d dᵀ</c> and <c>1/(H·W) Σ d</c> with <c>d = f − shift</c>, over the pixels.</summary>
    /// <param name="features"><c>[N, C, H, W]</c>, best channels-last.</param>
    /// <param name="shift">Constant, <c>[C]</c>, subtracted from each pixel; or null for none.</param>
    /// <returns><c>[N, C, C]</c> and <c>[N, C]</c>, float (double for double features).</returns>
    public static (Tensor Gram, Tensor Mean) Gram(Tensor features, Tensor? shift = null) =>
        GramOperator.CallMany(features, shift) is [var gram, var mean] ? (gram, mean) : throw new InvalidOperationException();

    /// <summary>max(x, 0), in place.</summary>
    public static Tensor Relu_(Tensor x)
    {
        ReluInto.Run(x);
        return x;
    }

    /// <summary>Shrinks or enlarges pictures bicubically, averaging over all pixels that fall into one.</summary>
    /// <param name="x"><c>[N, C, H, W]</c>, float.</param>
    /// <param name="height">New height.</param>
    /// <param name="width">New width.</param>
    public static Tensor Resize(Tensor x, long height, long width) =>
        ResizeOperator.Call(x, new[] { height, width }, false, Argument.None, Argument.None);
}
