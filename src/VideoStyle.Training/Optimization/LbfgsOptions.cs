namespace VideoStyle.Training.Optimization;

/// <summary>Settings of <see cref="Lbfgs"/>, with PyTorch's defaults.</summary>
internal sealed record LbfgsOptions
{
    /// <summary>Gets the learning rate: the step length in units of the direction, above 0; the first step length of a line search.</summary>
    internal double Rate { get; init; } = 1;

    /// <summary>Gets the history size: the number of past updates that approximate the Hessian, at least 1; each holds two images in memory.</summary>
    internal int History { get; init; } = 100;

    /// <summary>Gets the tolerance on the gradient's largest element at which the optimization ends.</summary>
    internal double GradientTolerance { get; init; } = 1e-7;

    /// <summary>Gets the tolerance on the change of the loss, of the pixels or along the direction at which the optimization ends.</summary>
    internal double ChangeTolerance { get; init; } = 1e-9;

    /// <summary>Gets the largest change of an element in the first step; null for PyTorch's, which is below the resolution of bfloat16.</summary>
    internal double? FirstChange { get; init; }

    /// <summary>Gets a value indicating whether a line search makes each step satisfy the strong Wolfe conditions.</summary>
    internal bool StrongWolfe { get; init; }
}
