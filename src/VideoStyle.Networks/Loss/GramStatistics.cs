using VideoStyle.Torch.Operators;

namespace VideoStyle.Networks.Loss;

/// <summary>Gram matrices and means of features, with a hand-written gradient (Gatys, Ecker and Bethge, 2015).</summary>
/// <remarks>
/// One matrix product for each direction, in the dtype of the features. Autograd through <c>bmm</c> keeps and copies two more
/// arrays of the features' size.
/// </remarks>
internal sealed class GramStatistics : autograd.MultiTensorFunction<GramStatistics>
{
    /// <inheritdoc />
    public override string Name => nameof(GramStatistics);

    /// <summary>Computes <c>1/(H·W) Σ d dᵀ</c> and <c>1/(H·W) Σ d</c> with <c>d = f − shift</c>, over the pixels.</summary>
    /// <param name="features"><c>[N, C, H, W]</c>, best channels-last.</param>
    /// <param name="shift">Constant, <c>[C]</c>, subtracted from each pixel; or null for none.</param>
    /// <returns><c>[N, C, C]</c> and <c>[N, C]</c>, float (double for double features).</returns>
    internal static (Tensor Gram, Tensor Mean) Of(Tensor features, Tensor? shift = null)
    {
        using var scope = NewDisposeScope();
        if (is_grad_enabled() && features.requires_grad)
        {
            var both = apply(features, shift!);
            return scope.MoveToOuter(both[0], both[1]);
        }

        var (gram, mean, _) = Forward(features, shift);
        return scope.MoveToOuter(gram, mean);
    }

    /// <inheritdoc />
    public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
    {
        ArgumentNullException.ThrowIfNull(ctx);
        ArgumentNullException.ThrowIfNull(vars);
        var features = (Tensor)vars[0];
        // The saved tensors must live until this returns; the scope of the caller disposes them then.
        var (gram, mean, pixels) = Forward(features, vars[1] as Tensor);
        // Otherwise TorchSharp makes zeros after results that may be disposed by then, and an exception there ends the process.
        ctx.set_materialize_grads(false);
        ctx.save_for_backward([pixels]);
        ctx.save_data("height", features.size(2));
        return [gram, mean];
    }

    /// <inheritdoc />
    public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs) => Backpropagation.Guard(2, grad_outputs, () => Backward(ctx, grad_outputs));

    private static List<Tensor> Backward(autograd.AutogradContext ctx, List<Tensor> gradients)
    {
        using var scope = NewDisposeScope();
        var pixels = ctx.get_saved_variables()[0];
        var (height, count) = ((long)ctx.get_data("height"), (double)pixels.size(1));
        // Invalid where the loss does not depend on it.
        var gram = gradients[0] is { IsInvalid: false } g ? (g + g.transpose(1, 2)) / count : zeros([pixels.size(0), pixels.size(2), pixels.size(2)], device: pixels.device);
        var mean = gradients[1] is { IsInvalid: false } m ? m / count : zeros([pixels.size(0), pixels.size(2)], device: pixels.device);
        // Scaled to at most 1 for the product: half precision flushes values as small as these to zero.
        var scale = maximum(gram.abs().amax(), mean.abs().amax()).clamp_min(1e-30);
        var (type, result) = (pixels.dtype, new Tensor[pixels.size(0)]);
        (gram, mean) = ((gram / scale).to(type), (mean / scale).to(type));
        for (var n = 0; n < result.Length; n++)
            result[n] = mean.select(0, n).addmm(pixels.select(0, n), gram.select(0, n));
        var stacked = result.Length == 1 ? result[0].unsqueeze(0) : stack(result);
        var gradient = stacked.mul_(scale.to(type)).view(pixels.size(0), height, pixels.size(1) / height, pixels.size(2)).permute(0, 3, 1, 2);
        return [gradient.DetachFromDisposeScope(), null!];
    }

    private static (Tensor Gram, Tensor Mean, Tensor Pixels) Forward(Tensor features, Tensor? shift)
    {
        // One [pixels, channels] matrix for each image; no copy where the features are channels-last.
        var pixels = features.permute(0, 2, 3, 1).reshape(features.size(0), features.size(2) * features.size(3), features.size(1));
        // Subtracted before the product: afterwards, the difference of two large numbers would lose its digits.
        if (shift is not null)
            pixels = pixels - shift.to(pixels.dtype);
        var (type, count) = (pixels.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32, (double)pixels.size(1));
        var grams = new Tensor[pixels.size(0)];
        for (var n = 0; n < grams.Length; n++)
        {
            var p = pixels.select(0, n);
            grams[n] = p.t().mm(p).to(type).div_(count);
        }

        return (stack(grams), pixels.mean([1L], false, type), pixels);
    }
}
