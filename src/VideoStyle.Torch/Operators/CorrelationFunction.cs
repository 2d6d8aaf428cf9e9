using VideoStyle.Native;

namespace VideoStyle.Torch.Operators;

/// <summary>Local correlation with the gradient of the native kernel, in float.</summary>
internal sealed class CorrelationFunction : autograd.SingleTensorFunction<CorrelationFunction>
{
    /// <inheritdoc />
    public override string Name => nameof(CorrelationFunction);

    /// <summary>Correlates and records the gradient of the features.</summary>
    internal static Tensor Of(Tensor f1, Tensor f2, Tensor flow, int radius) => apply(f1, f2, flow, radius);

    /// <inheritdoc />
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        ArgumentNullException.ThrowIfNull(ctx);
        ArgumentNullException.ThrowIfNull(vars);
        var (f1, f2, flow, radius) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2], (int)vars[3]);
        ctx.set_materialize_grads(false);
        ctx.save_for_backward([f1, f2, flow]);
        ctx.save_data("radius", radius);
        return FlowOperators.CorrelationForward(f1, f2, flow, radius);
    }

    /// <inheritdoc />
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => Backpropagation.Guard(4, [grad_output], () => Backward(ctx, grad_output));

    private static List<Tensor> Backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        if (grad_output is null or { IsInvalid: true })
            return [null!, null!, null!, null!];
        using var scope = NewDisposeScope();
        var saved = ctx.get_saved_variables();
        var (f1, f2, flow) = (saved[0], saved[1], saved[2]);
        var gradient = FlowOperators.Readable(grad_output);
        var (df1, df2) = (FlowOperators.EmptyLike(f1), FlowOperators.EmptyLike(f2));
        FlowKernels.CorrelationBackward(
            KernelTensors.View(f1),
            KernelTensors.View(f2),
            KernelTensors.View(flow),
            (int)ctx.get_data("radius"),
            KernelTensors.View(gradient),
            KernelTensors.View(df1),
            KernelTensors.View(df2));
        GC.KeepAlive(gradient);
        GC.KeepAlive(saved);
        return [df1.DetachFromDisposeScope(), df2.DetachFromDisposeScope(), null!, null!];
    }
}
