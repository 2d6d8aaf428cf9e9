using VideoStyle.Native;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Torch.Operators;

/// <summary>Instance normalization with the gradient of the native kernel, in float.</summary>
internal sealed class InstanceNormFunction : autograd.SingleTensorFunction<InstanceNormFunction>
{
    /// <inheritdoc />
    public override string Name => nameof(InstanceNormFunction);

    /// <summary>Normalizes and records the gradient.</summary>
    internal static Tensor Of(Tensor x, Tensor weight, Tensor bias, Tensor? residual, NormOptions options) => apply(x, weight, bias, residual!, options);

    /// <inheritdoc />
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        ArgumentNullException.ThrowIfNull(ctx);
        ArgumentNullException.ThrowIfNull(vars);
        var (x, weight, bias, residual, options) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2], vars[3] as Tensor, (NormOptions)vars[4]);
        var statistics = new float[2 * x.size(0) * x.size(1)];
        var y = NormKernels.Forward(x, weight, bias, residual, options, statistics, given: false);
        // Otherwise TorchSharp makes zeros after results that may be disposed by then, and an exception there ends the process.
        ctx.set_materialize_grads(false);
        ctx.save_for_backward([x, weight, bias]);
        ctx.save_data("options", options);
        ctx.save_data("statistics", statistics);
        ctx.save_data("residual", residual is not null);
        return y;
    }

    /// <inheritdoc />
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => Backpropagation.Guard(5, [grad_output], () => Backward(ctx, grad_output));

    private static unsafe List<Tensor> Backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        if (grad_output is null or { IsInvalid: true })
            return [null!, null!, null!, null!, null!];
        using var scope = NewDisposeScope();
        var saved = ctx.get_saved_variables();
        var (x, weight, bias) = (saved[0], saved[1], saved[2]);
        var (options, statistics) = ((NormOptions)ctx.get_data("options"), (float[])ctx.get_data("statistics"));
        var gradient = KernelTensors.Fits(grad_output) ? grad_output : grad_output.ToChannelsLast();
        var (dx, dweight, dbias) = (EmptyLike(x), empty_like(weight), empty_like(bias));
        var residual = (bool)ctx.get_data("residual") ? EmptyLike(x) : null;
        ImageBatch? other = residual is null ? null : KernelTensors.View(residual);
        fixed (float* values = statistics)
        {
            Kernels.InstanceNormBackward(
                KernelTensors.View(x),
                KernelTensors.Floats(weight),
                KernelTensors.Floats(bias),
                values,
                options,
                KernelTensors.View(gradient),
                KernelTensors.View(dx),
                KernelTensors.Floats(dweight),
                KernelTensors.Floats(dbias),
                other);
        }

        GC.KeepAlive(gradient);
        GC.KeepAlive(saved);
        return [dx.DetachFromDisposeScope(), dweight.DetachFromDisposeScope(), dbias.DetachFromDisposeScope(), residual?.DetachFromDisposeScope()!, null!];
    }

    private static Tensor EmptyLike(Tensor x) => TensorMemory.EmptyChannelsLast(x.size(0), x.size(1), x.size(2), x.size(3), x.dtype);
}
