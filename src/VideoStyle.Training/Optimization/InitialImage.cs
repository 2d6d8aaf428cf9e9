namespace VideoStyle.Training.Optimization;

/// <summary>What a painting begins with.</summary>
public enum InitialImage
{
    /// <summary>The picture itself.</summary>
    Content,

    /// <summary>Grey noise from the seed.</summary>
    Noise,
}
