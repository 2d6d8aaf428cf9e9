using VideoStyle.Core.Flow;

namespace VideoStyle.Metrics.Flow;

/// <summary>Finds the pixels that are visible in both of two images.</summary>
public static class Occlusion
{
    /// <summary>Checks a flow against its opposite.</summary>
    /// <param name="flow">Flow from image <c>a</c> to <c>b</c>.</param>
    /// <param name="opposite">Flow from <c>b</c> to <c>a</c>, of the same size.</param>
    /// <param name="profile">The rule.</param>
    /// <returns>The certainty of each pixel of <c>a</c>. Where either flow is unknown it is 0 in every profile.</returns>
    /// <exception cref="ArgumentException">The fields differ in size.</exception>
    public static ValidityMask Check(FlowField flow, FlowField opposite, OcclusionProfile profile)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(opposite);
        if (flow.Width != opposite.Width || flow.Height != opposite.Height)
            throw new ArgumentException("The fields differ in size.", nameof(opposite));

        return profile switch
        {
            OcclusionProfile.Lai18 => Lai18Validity.Check(flow, opposite),
            OcclusionProfile.Ruder16 => RuderConsistency.Check(flow, opposite).ToRuder16(),
            OcclusionProfile.Ruder18 => RuderConsistency.Check(flow, opposite).ToRuder18(),
            OcclusionProfile.HiddenOnly => RuderConsistency.Check(flow, opposite).ToHiddenOnly(),
            _ => throw new ArgumentOutOfRangeException(nameof(profile)),
        };
    }
}
