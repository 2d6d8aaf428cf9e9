namespace VideoStyle.Metrics.Reports;

/// <summary>What part a clip plays.</summary>
public enum ClipRole
{
    /// <summary>The input.</summary>
    Source,

    /// <summary>A stylized clip to measure.</summary>
    Output,

    /// <summary>The same style applied frame by frame.</summary>
    PerFrame,
}
