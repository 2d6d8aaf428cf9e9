namespace VideoStyle.Training.Optimization;

/// <summary>The initial image of an optimization.</summary>
public enum InitialImage
{
    /// <summary>The content image.</summary>
    Content,

    /// <summary>Gray noise from the seed.</summary>
    Noise,
}
