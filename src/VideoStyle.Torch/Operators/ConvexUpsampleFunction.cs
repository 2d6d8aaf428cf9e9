using VideoStyle.Native;

namespace VideoStyle.Torch.Operators;

/// <summary>Convex upsampling with the gradient of the native kernel, in float.</summary>
internal sealed class ConvexUpsampleFunction : autograd.SingleTensorFunction<ConvexUpsampleFunction>
{
    /// <inheritdoc />
    public override string Name => nameof(ConvexUpsampleFunction);

    /// <summary>Upsamples and records the gradient.</summary>
    internal static Tensor Of(Tensor x, Tensor logits, int factor) => apply(x, logits, factor);

    /// <inheritdoc />
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        ArgumentNullException.ThrowIfNull(ctx);
        ArgumentNullException.ThrowIfNull(vars);
        var (x, logits, factor) = ((Tensor)vars[0], (Tensor)vars[1], (int)vars[2]);
        ctx.set_materialize_grads(false);
        ctx.save_for_backward([x, logits]);
        ctx.save_data("factor", factor);
        return FlowOperators.ConvexUpsampleForward(x, logits, factor);
    }

    /// <inheritdoc />
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => Backpropagation.Guard(3, [grad_output], () => Backward(ctx, grad_output));

    private static List<Tensor> Backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        if (grad_output is null or { IsInvalid: true })
            return [null!, null!, null!];
        using var scope = NewDisposeScope();
        var saved = ctx.get_saved_variables();
        var (x, logits) = (saved[0], saved[1]);
        var gradient = FlowOperators.Readable(grad_output);
        var (dx, dlogits) = (FlowOperators.EmptyLike(x), FlowOperators.EmptyLike(logits));
        FlowKernels.ConvexUpsampleBackward(
            KernelTensors.View(x),
            KernelTensors.View(logits),
            (int)ctx.get_data("factor"),
            KernelTensors.View(gradient),
            KernelTensors.View(dx),
            KernelTensors.View(dlogits));
        GC.KeepAlive(gradient);
        GC.KeepAlive(saved);
        return [dx.DetachFromDisposeScope(), dlogits.DetachFromDisposeScope(), null!];
    }
}
