using VideoStyle.Networks.Flow;

namespace VideoStyle.Training.Flow;

/// <summary>The training loss of a flow network.</summary>
/// <remarks>
/// The robust penalty <c>(|e|² + ε²)^0.35</c> of the end-point error in pixels of the frame, at every step of the network and of its result.
/// Errors of large motion would dominate a squared one.
/// </remarks>
internal static class FlowLoss
{
    private const double Power = 0.35;
    private const double Epsilon = 0.01;
    private const double StepWeight = 0.2;
    private const double ErrorWeight = 0.1;

    /// <summary>Computes the weighted losses, scalars in the current scope.</summary>
    /// <returns><c>flow</c>, of the result; <c>steps</c>, of what leads there; and <c>error</c>, of the predicted error.</returns>
    internal static Dictionary<string, Tensor> Of(FlowPrediction prediction, FlowBatch truth)
    {
        var total = truth.Weight.sum() + 1e-6;
        var difference = prediction.Flow - truth.Flow;
        var steps = zeros(1, device: truth.Flow.device);
        foreach (var flow in prediction.Coarse)
        {
            var scale = (int)(truth.Flow.size(3) / flow.size(3));
            var weight = F.avg_pool2d(truth.Weight, scale);
            // The mean of the known vectors of a cell.
            var mean = F.avg_pool2d(truth.Flow * truth.Weight, scale) / (weight + 1e-6);
            steps = steps + StepWeight * Penalty(flow * scale - mean, weight, weight.sum() + 1e-6);
        }

        Tensor logarithm;
        using (no_grad())
            logarithm = (difference.detach().pow(2).sum(1, keepdim: true).sqrt() + FlowNetwork.ErrorFloor).log();
        // Hidden pixels count as much as visible ones here: that they are hidden is what is to be predicted.
        var known = (truth.Weight > 0).to(ScalarType.Float32);
        var error = (known * (prediction.LogError - logarithm).abs()).sum() / (known.sum() + 1e-6);
        return new(StringComparer.Ordinal)
        {
            ["flow"] = Penalty(difference, truth.Weight, total),
            ["steps"] = steps.reshape([]),
            ["error"] = ErrorWeight * error,
        };
    }

    private static Tensor Penalty(Tensor difference, Tensor weight, Tensor total) =>
        (weight * (difference.pow(2).sum(1, keepdim: true) + Epsilon * Epsilon).pow(Power)).sum() / total;
}
