using VideoStyle.Core.MotionEstimation;
using VideoStyle.Core.Pipeline;

namespace VideoStyle.Core.Compositing;

/// <summary>The settings of <see cref="TemporalBlend"/>.</summary>
public sealed record BlendOptions
{
    /// <summary>Gets the temporal blend weight α of the previous frame where the confidence is 1, 0 ≤ α &lt; 1. Default 0.95.</summary>
    /// <remarks>A stroke persists for about <c>1 / (1 − α)</c> frames.</remarks>
    public float BlendWeight { get; init; } = 0.95f;

    /// <summary>Gets whether <see cref="AdaptiveUnsharpMask"/> restores the sharpness that warping and averaging cost. Default true.</summary>
    public bool Sharpen { get; init; } = true;

    /// <summary>Gets whether the previous frame is warped by cubic instead of bilinear interpolation. Default true.</summary>
    public bool CubicWarp { get; init; } = true;

    /// <summary>Gets whether the weight is multiplied by <see cref="Motion.Confidence"/>. If not, it is α wherever the confidence is above 0. Default true.</summary>
    public bool UseConfidence { get; init; } = true;

    /// <summary>Gets the settings of a mode.</summary>
    /// <param name="mode">The mode.</param>
    public static BlendOptions For(CoherenceMode mode) =>
        mode switch
        {
            CoherenceMode.Off => new BlendOptions { BlendWeight = 0, Sharpen = false },
            CoherenceMode.Fast => new BlendOptions(),
            CoherenceMode.Best => new BlendOptions { BlendWeight = 0.98f },
            CoherenceMode.Finest => new BlendOptions { BlendWeight = 0.99f },
            _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, message: null),
        };
}
