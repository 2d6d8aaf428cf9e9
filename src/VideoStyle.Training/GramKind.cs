namespace VideoStyle.Training;

/// <summary>Which second-order statistics the style loss compares.</summary>
public enum GramKind
{
    /// <summary>The Gram matrix around the style's own mean, and the mean beside it: colour and brushwork weigh alike.</summary>
    Shifted,

    /// <summary>The plain Gram matrix of Gatys et al., in which the mean dominates for many style images.</summary>
    Plain,
}
