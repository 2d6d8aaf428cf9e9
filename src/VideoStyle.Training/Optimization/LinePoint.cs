namespace VideoStyle.Training.Optimization;

/// <summary>A place on the line that <see cref="StrongWolfe"/> searches.</summary>
/// <param name="Length">Its distance from the beginning in units of the direction.</param>
/// <param name="Loss">The loss there.</param>
/// <param name="Gradient">The whole gradient there.</param>
/// <param name="Slope">The gradient along the direction.</param>
internal sealed record LinePoint(double Length, double Loss, Tensor Gradient, double Slope);
