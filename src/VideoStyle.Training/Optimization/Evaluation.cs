namespace VideoStyle.Training.Optimization;

/// <summary>A loss and its gradient at one picture.</summary>
/// <param name="Loss">The value.</param>
/// <param name="Gradient">By pixel, of one dimension; whoever asked owns it.</param>
internal readonly record struct Evaluation(double Loss, Tensor Gradient);
