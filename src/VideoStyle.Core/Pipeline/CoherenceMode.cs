namespace VideoStyle.Core.Pipeline;

/// <summary>How much work goes into holding the painting steady.</summary>
public enum CoherenceMode
{
    /// <summary>Every frame is painted for itself, as the network gives it.</summary>
    Off,

    /// <summary>Flow at reduced resolution; little more time than <see cref="Off"/> for a heavy network.</summary>
    Fast,

    /// <summary>Finer flow and longer memory; up to twice the time of <see cref="Off"/>.</summary>
    Best,
}
