namespace VideoStyle.Training.Optimization;

/// <summary>A point of the line search of <see cref="StrongWolfe"/>.</summary>
/// <param name="Length">The step length, in units of the direction.</param>
/// <param name="Loss">The loss.</param>
/// <param name="Gradient">The gradient.</param>
/// <param name="Slope">The directional derivative.</param>
internal sealed record LinePoint(double Length, double Loss, Tensor Gradient, double Slope);
