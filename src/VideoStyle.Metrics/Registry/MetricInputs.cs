namespace VideoStyle.Metrics.Registry;

/// <summary>What a metric needs.</summary>
[Flags]
public enum MetricInputs
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The frames of the stylized clips.</summary>
    Stylized = 1,

    /// <summary>The frames of the source.</summary>
    Source = 2,

    /// <summary>The per-frame rendering, for some of its figures.</summary>
    PerFrame = 4,

    /// <summary>The source's flow between neighboring frames, whichever lags are measured.</summary>
    NeighborFlow = 8,

    /// <summary>Flow of each clip, estimated for this metric alone.</summary>
    StylizedFlow = 16,

    /// <summary>A network and its weights.</summary>
    Network = 32,

    /// <summary>A clip whose motion is known, with its masks.</summary>
    TrueMotion = 64,
}
