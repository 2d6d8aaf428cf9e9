namespace VideoStyle.Metrics.Registry;

/// <summary>Whether a smaller or a larger figure is better.</summary>
public enum MetricDirection
{
    /// <summary>Neither: the figure describes a clip, as gradient energy does.</summary>
    None,

    /// <summary>Smaller is better, as for an error.</summary>
    LowerIsBetter,

    /// <summary>Larger is better, as for a similarity.</summary>
    HigherIsBetter,

    /// <summary>Closer to 1 is better, as for a ratio of sharpness.</summary>
    CloserToOneIsBetter,
}
