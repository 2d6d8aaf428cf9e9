namespace VideoStyle.Training.Optimization;

/// <summary>How a painting is improved.</summary>
public enum OptimizerKind
{
    /// <summary>Limited-memory BFGS with steps of a fixed rate, as PyTorch's default.</summary>
    Lbfgs,

    /// <summary>Limited-memory BFGS whose steps are searched for the strong Wolfe conditions: steadier, more evaluations.</summary>
    LbfgsSearch,

    /// <summary>Adam (Kingma and Ba, 2015), with a rate that falls by a cosine.</summary>
    Adam,
}
