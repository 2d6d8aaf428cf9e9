namespace VideoStyle.Training.Optimization;

/// <summary>Settings of <see cref="Lbfgs"/>, with PyTorch's defaults.</summary>
internal sealed record LbfgsOptions
{
    /// <summary>Gets the length of a step in units of the direction, above 0; the first try where a line is searched.</summary>
    internal double Rate { get; init; } = 1;

    /// <summary>Gets how many past steps the curvature is judged from, at least 1; each holds two pictures in memory.</summary>
    internal int History { get; init; } = 100;

    /// <summary>Gets the largest element of a gradient that counts as none.</summary>
    internal double GradientTolerance { get; init; } = 1e-7;

    /// <summary>Gets the change of the loss, of the picture's elements or along the direction that counts as none.</summary>
    internal double ChangeTolerance { get; init; } = 1e-9;

    /// <summary>Gets the largest change of an element in the first step of all; null for PyTorch's, which is far below what bfloat16 can tell.</summary>
    internal double? FirstChange { get; init; }

    /// <summary>Gets whether each step is searched for a length that fulfils the strong Wolfe conditions.</summary>
    internal bool StrongWolfe { get; init; }
}
