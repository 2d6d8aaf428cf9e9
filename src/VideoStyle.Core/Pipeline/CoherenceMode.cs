namespace VideoStyle.Core.Pipeline;

/// <summary>How much work goes into temporal coherence.</summary>
public enum CoherenceMode
{
    /// <summary>Every frame is stylized independently.</summary>
    Off,

    /// <summary>Flow at reduced resolution; little more time than <see cref="Off"/> for a heavy network.</summary>
    Fast,

    /// <summary>Finer flow and a larger blend weight; up to twice the time of <see cref="Off"/>.</summary>
    Best,
}
