namespace VideoStyle.Core.Styling;

/// <summary>How the blend holds paint from one frame to the next.</summary>
public sealed record BlendOptions
{
    /// <summary>Gets how much of the previous painting is kept where the motion is certain, 0 to below 1.</summary>
    /// <remarks>At 0.9 a stroke lives for about ten frames before it is painted anew.</remarks>
    public float Keep { get; init; } = 0.9f;

    /// <summary>Gets whether the detail that warping and averaging cost is given back. Default true.</summary>
    public bool RestoreDetail { get; init; } = true;

    /// <summary>The settings that belong to a mode.</summary>
    /// <param name="mode">The mode.</param>
    public static BlendOptions For(CoherenceMode mode) =>
        mode switch
        {
            CoherenceMode.Off => new BlendOptions { Keep = 0, RestoreDetail = false },
            CoherenceMode.Fast => new BlendOptions { Keep = 0.9f },
            CoherenceMode.Best => new BlendOptions { Keep = 0.95f },
            _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, message: null),
        };
}
