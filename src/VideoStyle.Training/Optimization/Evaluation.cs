namespace VideoStyle.Training.Optimization;

/// <summary>A loss and its gradient at one image.</summary>
/// <param name="Loss">The loss.</param>
/// <param name="Gradient">The gradient, one-dimensional; owned by the caller.</param>
internal readonly record struct Evaluation(double Loss, Tensor Gradient);
