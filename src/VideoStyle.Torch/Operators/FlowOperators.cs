using VideoStyle.Native;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Torch.Operators;

/// <summary>The operators of an optical-flow network that libtorch lacks: by native kernels on the CPU, from libtorch's own operators on a GPU.</summary>
internal static class FlowOperators
{
    /// <summary>Local correlation: <see cref="FlowKernels.Correlation"/>; differentiable in the features.</summary>
    /// <param name="f1"><c>[N, C, H, W]</c>, C a multiple of 16; float, or without gradient bfloat16.</param>
    /// <param name="f2">Of f1's size and dtype.</param>
    /// <param name="flow"><c>[N, 2, H, W]</c>, float; it gets no gradient.</param>
    /// <param name="radius">0 to 8; k = 2·radius + 1.</param>
    /// <returns><c>[N, k², H, W]</c>.</returns>
    internal static Tensor Correlation(Tensor f1, Tensor f2, Tensor flow, int radius)
    {
        using var scope = NewDisposeScope();
        var still = flow.detach();
        if (f1.device_type != DeviceType.CPU)
            return scope.MoveToOuter(CorrelationComposite(f1, f2, still, radius));
        var (a, b, w) = (Readable(f1), Readable(f2), Readable(still));
        return scope.MoveToOuter(
            is_grad_enabled() && (f1.requires_grad || f2.requires_grad) ? CorrelationFunction.Of(a, b, w, radius) : CorrelationForward(a, b, w, radius)
        );
    }

    /// <summary>Convex upsampling: <see cref="FlowKernels.ConvexUpsample"/>; differentiable.</summary>
    /// <param name="x"><c>[N, C, H, W]</c>, C up to 8; float.</param>
    /// <param name="logits"><c>[N, 9·factor², H, W]</c>; float, or without gradient bfloat16.</param>
    /// <param name="factor">1 to 8.</param>
    /// <returns><c>[N, C, H·factor, W·factor]</c>, float.</returns>
    internal static Tensor ConvexUpsample(Tensor x, Tensor logits, int factor)
    {
        using var scope = NewDisposeScope();
        if (x.device_type != DeviceType.CPU)
            return scope.MoveToOuter(ConvexUpsampleComposite(x, logits, factor));
        var (a, weights) = (Readable(x), Readable(logits));
        return scope.MoveToOuter(
            is_grad_enabled() && (x.requires_grad || logits.requires_grad) ? ConvexUpsampleFunction.Of(a, weights, factor) : ConvexUpsampleForward(a, weights, factor)
        );
    }

    internal static Tensor CorrelationForward(Tensor f1, Tensor f2, Tensor flow, int radius)
    {
        var size = 2 * radius + 1;
        var y = TensorMemory.EmptyChannelsLast(f1.size(0), size * size, f1.size(2), f1.size(3), f1.dtype);
        FlowKernels.Correlation(KernelTensors.View(f1), KernelTensors.View(f2), KernelTensors.View(flow), radius, KernelTensors.View(y));
        KeepAlive(f1, f2, flow, y);
        return y;
    }

    internal static Tensor ConvexUpsampleForward(Tensor x, Tensor logits, int factor)
    {
        var y = TensorMemory.EmptyChannelsLast(x.size(0), x.size(1), x.size(2) * factor, x.size(3) * factor, ScalarType.Float32);
        FlowKernels.ConvexUpsample(KernelTensors.View(x), KernelTensors.View(logits), factor, KernelTensors.View(y));
        KeepAlive(x, logits, y);
        return y;
    }

    /// <summary>A tensor that kernels can read: the same one, or a copy.</summary>
    internal static Tensor Readable(Tensor tensor) => KernelTensors.Fits(tensor) ? tensor : tensor.ToChannelsLast();

    internal static Tensor EmptyLike(Tensor x) => TensorMemory.EmptyChannelsLast(x.size(0), x.size(1), x.size(2), x.size(3), x.dtype);

    /// <summary>The same correlation with libtorch's own operators.</summary>
    internal static Tensor CorrelationComposite(Tensor f1, Tensor f2, Tensor flow, int radius)
    {
        using var scope = NewDisposeScope();
        var (n, c, height, width, size) = (f1.size(0), f1.size(1), f1.size(2), f1.size(3), 2L * radius + 1);
        var device = f1.device;
        var offsets = arange(-radius, radius + 1, dtype: ScalarType.Float32, device: device);
        var x = (arange(width, dtype: ScalarType.Float32, device: device).reshape(1, 1, width, 1, 1) + flow.narrow(1, 0, 1).reshape(n, height, width, 1, 1))
            + offsets.reshape(1, 1, 1, 1, size);
        var y = (arange(height, dtype: ScalarType.Float32, device: device).reshape(1, height, 1, 1, 1) + flow.narrow(1, 1, 1).reshape(n, height, width, 1, 1))
            + offsets.reshape(1, 1, 1, size, 1);
        long[] shape = [n, height, width, size, size];
        var grid = stack([((x.expand(shape) * 2) + 1) / width - 1, ((y.expand(shape) * 2) + 1) / height - 1], -1).reshape(n, height, width * size * size, 2);
        var sampled = F.grid_sample(f2, grid.to(f2.dtype), GridSampleMode.Bilinear, GridSamplePaddingMode.Zeros, align_corners: false);
        var products = f1.unsqueeze(-1) * sampled.reshape(n, c, height, width, size * size);
        return scope.MoveToOuter(products.sum(1).permute(0, 3, 1, 2));
    }

    /// <summary>The same upsampling with libtorch's own operators.</summary>
    internal static Tensor ConvexUpsampleComposite(Tensor x, Tensor logits, int factor)
    {
        using var scope = NewDisposeScope();
        var (n, c, height, width) = (x.size(0), x.size(1), x.size(2), x.size(3));
        var weights = logits.to(ScalarType.Float32).contiguous().reshape(n, 1, 9, factor, factor, height, width).softmax(2);
        var padded = F.pad(x, [1, 1, 1, 1], PaddingModes.Replicate);
        var taps = stack([.. Enumerable.Range(0, 9).Select(t => padded.narrow(2, t / 3, height).narrow(3, t % 3, width))], 2);
        var fine = (weights * taps.reshape(n, c, 9, 1, 1, height, width)).sum(2);
        return scope.MoveToOuter(fine.permute(0, 1, 4, 2, 5, 3).reshape(n, c, height * factor, width * factor));
    }

    private static void KeepAlive(params Tensor[] tensors) => GC.KeepAlive(tensors);
}
