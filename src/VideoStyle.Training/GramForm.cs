namespace VideoStyle.Training;

/// <summary>How the style of a layer's features is compared.</summary>
public enum GramForm
{
    /// <summary>Around the style's own mean, and the mean beside it: colour and stroke count alike.</summary>
    Shifted,

    /// <summary>The plain Gram matrix of Gatys et al., of which the mean is the greater part for many paintings.</summary>
    Plain,
}
