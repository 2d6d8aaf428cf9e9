namespace VideoStyle.Training.Optimization;

/// <summary>The optimizer of the pixels.</summary>
public enum OptimizerKind
{
    /// <summary>L-BFGS with a fixed learning rate, PyTorch's default.</summary>
    Lbfgs,

    /// <summary>L-BFGS with a line search for the strong Wolfe conditions: steadier, more evaluations.</summary>
    LbfgsSearch,

    /// <summary>Adam (Kingma and Ba, 2015), with cosine annealing.</summary>
    Adam,
}
