namespace VideoStyle.Networks.Flow;

/// <summary>The result of a flow network.</summary>
/// <param name="Coarse">The flow after each step, <c>[N, 2, H/s, W/s]</c> in pixels of its own resolution, from coarse to fine; for the training loss.</param>
/// <param name="Flow">The flow in pixels, <c>[N, 2, H, W]</c>.</param>
/// <param name="LogError">The predicted natural logarithm of the end-point error plus <see cref="FlowNetwork.ErrorFloor"/>, <c>[N, 1, H, W]</c>.</param>
internal sealed record FlowPrediction(IReadOnlyList<Tensor> Coarse, Tensor Flow, Tensor LogError);
