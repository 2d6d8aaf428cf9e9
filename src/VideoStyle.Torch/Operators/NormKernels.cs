using VideoStyle.Native;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Torch.Operators;

/// <summary>Instance normalization, fused with the activation, residual, upsampling and padding around it.</summary>
/// <remarks>
/// libtorch's <c>instance_norm</c> and <c>reflection_pad2d</c> leave the channels-last layout, and ReLU, sum, upsampling and padding are
/// one pass over memory each.
/// </remarks>
internal static class NormKernels
{
    internal const double Epsilon = 1e-5;

    /// <summary>Computes <c>pad(upsample(act(norm(x)) + residual))</c>.</summary>
    /// <param name="x"><c>[N, C, H, W]</c>, channels-last; float, bfloat16 or, slower, any other dtype.</param>
    /// <param name="weight">Scale, <c>[C]</c>, float.</param>
    /// <param name="bias">Offset, <c>[C]</c>, float.</param>
    /// <param name="residual">Added to the norm, of x's size (may be a view into a padded tensor); or null.</param>
    /// <param name="relu">Whether ReLU follows; not together with a residual.</param>
    /// <param name="scale">The factor of nearest-neighbour upsampling, at least 1.</param>
    /// <param name="pad">Reflection padding on each side, narrower than the upsampled image.</param>
    /// <param name="edge">Whether the padding replicates the edge instead; without upsampling and gradient.</param>
    /// <param name="statistics">Of one image, 2·C values: mean and 1/σ, written here; or null. On the CPU, without gradient.</param>
    /// <param name="given">Whether <paramref name="statistics"/> are read instead of measured.</param>
    /// <returns><c>[N, C, H·scale + 2·pad, W·scale + 2·pad]</c>, channels-last.</returns>
    /// <remarks>
    /// Ulyanov, Vedaldi and Lempitsky, "Instance Normalization", 2016, eq. 4, with the biased variance. On the CPU the statistics are
    /// summed in float and double and do not depend on the number of threads. Differentiable; in bfloat16 the gradient is computed by
    /// libtorch's own operators.
    /// </remarks>
    internal static Tensor InstanceNorm(
        Tensor x,
        Tensor weight,
        Tensor bias,
        Tensor? residual = null,
        bool relu = false,
        int scale = 1,
        int pad = 0,
        bool edge = false,
        float[]? statistics = null,
        bool given = false
    )
    {
        NormOptions options = new(relu, scale, pad, edge, Epsilon);
        var gradient = is_grad_enabled() && (x.requires_grad || weight.requires_grad || bias.requires_grad || residual is { requires_grad: true });
        var own = x.device_type == DeviceType.CPU && x.numel() > 0 && (x.dtype == ScalarType.Float32 || (x.dtype == ScalarType.BFloat16 && !gradient));
        if (edge && (gradient || scale > 1))
            throw new ArgumentException("Replicate padding is for inference without upsampling.", nameof(edge));
        if (statistics is not null && (!own || gradient || x.size(0) != 1 || statistics.Length != 2 * x.size(1)))
            throw new ArgumentException("Statistics are those of one image on the CPU, without gradient.", nameof(statistics));
        if (!own)
            return Composite(x, weight, bias, residual, options);

        using var scope = NewDisposeScope();
        var input = KernelTensors.Fits(x) ? x : x.ToChannelsLast();
        if (residual is not null && !(KernelTensors.Fits(residual) && residual.dtype == x.dtype))
            residual = residual.to(x.dtype).ToChannelsLast();
        return scope.MoveToOuter(
            gradient
                ? InstanceNormFunction.Of(input, weight, bias, residual, options)
                : Forward(input, weight, bias, residual, options, statistics ?? new float[2 * x.size(0) * x.size(1)], given)
        );
    }

    /// <summary>Normalizes the result of a convolution with <see cref="SubPixelConvolution.Weight"/>, shuffles its sub-pixels, and pads.</summary>
    /// <param name="x"><c>[N, 4·C, H + 1, W + 1]</c>, channels-last, on the CPU; float or bfloat16.</param>
    /// <param name="weight">Scale, <c>[C]</c>, float.</param>
    /// <param name="bias">Offset, <c>[C]</c>, float.</param>
    /// <param name="relu">Whether max(·, 0) follows.</param>
    /// <param name="pad">Padding on each side.</param>
    /// <param name="edge">Whether the padding replicates the edge instead of reflecting.</param>
    /// <param name="statistics">As of <see cref="InstanceNorm"/>.</param>
    /// <param name="given">Whether <paramref name="statistics"/> are read.</param>
    /// <returns><c>[N, C, 2·H + 2·pad, 2·W + 2·pad]</c>, channels-last. No gradient.</returns>
    internal static unsafe Tensor SubPixelNorm(
        Tensor x, Tensor weight, Tensor bias, bool relu, int pad, bool edge, float[]? statistics = null, bool given = false)
    {
        var (count, channels) = (x.size(0), weight.size(0));
        statistics ??= new float[2 * count * channels];
        if (statistics.Length != 2 * count * channels)
            throw new ArgumentException("Mean and 1/σ of each channel.", nameof(statistics));
        var y = TensorMemory.EmptyChannelsLast(count, channels, 2 * (x.size(2) - 1) + 2 * pad, 2 * (x.size(3) - 1) + 2 * pad, x.dtype);
        fixed (float* values = statistics)
        {
            Kernels.SubPixelNorm(
                KernelTensors.View(x), KernelTensors.Floats(weight), KernelTensors.Floats(bias), new(relu, 1, pad, edge, Epsilon), values, given, KernelTensors.View(y));
        }

        KeepAlive(x, weight, bias, y);
        return y;
    }

    /// <summary>Adds the sums of a convolution's rows; those of all rows, added once and in order, give the statistics of the whole image.</summary>
    /// <param name="tiles">Consecutive row tiles, <c>[1, C, h, W]</c> each, channels-last, on the CPU; float or bfloat16.</param>
    /// <param name="top">The row of the image that the first tile starts with.</param>
    /// <param name="first">The first row to add.</param>
    /// <param name="last">The row after the last one.</param>
    /// <param name="subPixel">Whether it is a sub-pixel convolution, of which a row needs the one below too.</param>
    /// <param name="sums">3·C values, zero at first: a pivot, the sums around it, and the sums of squares.</param>
    internal static unsafe void RowSums(Tensor[] tiles, int top, int first, int last, bool subPixel, double[] sums)
    {
        var channels = tiles[0].size(1) / (subPixel ? 4 : 1);
        if (sums.Length != 3 * channels)
            throw new ArgumentException("Three values for each channel.", nameof(sums));
        fixed (double* values = sums)
            Kernels.NormRowSums(Array.ConvertAll(tiles, KernelTensors.View), top, first, last, subPixel, values);
        KeepAlive(tiles);
    }

    /// <summary>Some rows of the result of <see cref="InstanceNorm"/> or <see cref="SubPixelNorm"/>.</summary>
    /// <param name="tiles">Row tiles of the convolution's result, as in <see cref="RowSums"/>.</param>
    /// <param name="top">The row that the first tile starts with.</param>
    /// <param name="height">Rows of the normalized image without padding.</param>
    /// <param name="norm">The sums of all rows with the weights; null to pad only.</param>
    /// <param name="residual">Added to the rows, and of their size; without padding and ReLU.</param>
    /// <param name="relu">Whether ReLU follows.</param>
    /// <param name="subPixel">Whether the tiles are those of a sub-pixel convolution.</param>
    /// <param name="rows">The rows, counted with the padding.</param>
    /// <param name="pad">Padding on each side.</param>
    /// <param name="edge">Whether the padding replicates the edge instead of reflecting.</param>
    /// <returns><c>[1, C, rows, W + 2·pad]</c>, channels-last; bit for bit those of the whole image. No gradient.</returns>
    internal static unsafe Tensor Rows(
        Tensor[] tiles,
        int top,
        int height,
        (double[] Sums, Tensor Weight, Tensor Bias)? norm,
        Tensor? residual,
        bool relu,
        bool subPixel,
        (int First, int Last) rows,
        int pad,
        bool edge
    )
    {
        var x = tiles[0];
        var (channels, width) = subPixel ? (x.size(1) / 4, 2 * (x.size(3) - 1)) : (x.size(1), x.size(3));
        if (norm is { } n && (n.Sums.Length != 3 * channels || n.Weight.numel() != channels || n.Bias.numel() != channels))
            throw new ArgumentException("Sums and weights of each channel.", nameof(norm));
        var y = TensorMemory.EmptyChannelsLast(1, channels, rows.Last - rows.First, width + 2 * pad, x.dtype);
        ImageBatch? other = residual is null ? null : KernelTensors.View(residual);
        fixed (double* sums = norm?.Sums)
        {
            Kernels.NormRows(
                Array.ConvertAll(tiles, KernelTensors.View),
                top,
                height,
                sums,
                norm is null ? null : KernelTensors.Floats(norm.Value.Weight),
                norm is null ? null : KernelTensors.Floats(norm.Value.Bias),
                other,
                subPixel,
                rows.First,
                new NormOptions(relu, 1, pad, edge, Epsilon),
                KernelTensors.View(y));
        }

        KeepAlive([.. tiles, y]);
        GC.KeepAlive(residual);
        GC.KeepAlive(norm);
        return y;
    }

    /// <summary>Calls the kernel; statistics <c>[N, 2, C]</c> are written, or read where they are given.</summary>
    internal static unsafe Tensor Forward(Tensor x, Tensor weight, Tensor bias, Tensor? residual, NormOptions options, float[] statistics, bool given)
    {
        var (scale, pad) = (options.Scale, options.Pad);
        var y = TensorMemory.EmptyChannelsLast(x.size(0), x.size(1), x.size(2) * scale + 2 * pad, x.size(3) * scale + 2 * pad, x.dtype);
        ImageBatch? other = residual is null ? null : KernelTensors.View(residual);
        fixed (float* values = statistics)
        {
            Kernels.InstanceNorm(
                KernelTensors.View(x), KernelTensors.Floats(weight), KernelTensors.Floats(bias), other, options, values, given, KernelTensors.View(y));
        }

        KeepAlive(x, weight, bias, y);
        GC.KeepAlive(residual);
        return y;
    }

    /// <summary>The same arithmetic with libtorch's own operators: on a GPU, in double, and for the gradient in bfloat16.</summary>
    private static Tensor Composite(Tensor x, Tensor weight, Tensor bias, Tensor? residual, NormOptions options)
    {
        using var scope = NewDisposeScope();
        // Half precision overflows in sums of squares.
        var wide = x.to(x.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32);
        var y = F.instance_norm(wide, weight: weight.to(wide.dtype), bias: bias.to(wide.dtype), eps: options.Epsilon);
        if (options.Relu)
            y = F.relu(y);
        y = y.to(x.dtype);
        if (residual is not null)
            y = y + residual;
        if (options.Scale > 1)
            y = F.interpolate(y, scale_factor: [options.Scale, options.Scale]);
        if (options.Pad > 0)
            y = F.pad(y, [options.Pad, options.Pad, options.Pad, options.Pad], options.Edge ? PaddingModes.Replicate : PaddingModes.Reflect);
        return scope.MoveToOuter(y.ToChannelsLast());
    }

    private static void KeepAlive(params Tensor[] tensors) => GC.KeepAlive(tensors);
}
