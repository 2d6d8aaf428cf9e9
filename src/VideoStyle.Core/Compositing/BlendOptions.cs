using VideoStyle.Core.MotionEstimation;
using VideoStyle.Core.Pipeline;

namespace VideoStyle.Core.Compositing;

/// <summary>How the blend holds paint from one frame to the next.</summary>
public sealed record BlendOptions
{
    /// <summary>Gets how much of the previous painting is kept where the motion is certain, 0 to below 1.</summary>
    /// <remarks>At 0.95 a stroke lives for about twenty frames before it is painted anew.</remarks>
    public float Keep { get; init; } = 0.95f;

    /// <summary>Gets whether the detail that warping and averaging cost is given back. Default true.</summary>
    public bool RestoreDetail { get; init; } = true;

    /// <summary>Gets whether the painting before is read with a cubic kernel when it is moved, or bilinearly. Default true.</summary>
    public bool SharpWarp { get; init; } = true;

    /// <summary>Gets whether the picture has to explain what is kept (<see cref="Motion.Confidence"/>); else all that comes from inside the frame is. Default true.</summary>
    public bool UseConfidence { get; init; } = true;

    /// <summary>The settings that belong to a mode.</summary>
    /// <param name="mode">The mode.</param>
    public static BlendOptions For(CoherenceMode mode) =>
        mode switch
        {
            CoherenceMode.Off => new BlendOptions { Keep = 0, RestoreDetail = false },
            CoherenceMode.Fast => new BlendOptions(),
            CoherenceMode.Best => new BlendOptions { Keep = 0.98f },
            _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, message: null),
        };
}
