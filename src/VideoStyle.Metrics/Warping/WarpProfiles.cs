using VideoStyle.Metrics.Flow;
using VideoStyle.Metrics.Truth;

namespace VideoStyle.Metrics.Warping;

/// <summary>What each profile warps, masks and divides by.</summary>
internal static class WarpProfiles
{
    /// <summary>Gets whether the later frame is warped onto the earlier one, which takes the forward flow.</summary>
    public static bool IsForward(this WarpProfile profile) => profile is WarpProfile.Lai18 or WarpProfile.Truth;

    /// <summary>Gets whose occlusion rule the profile uses.</summary>
    public static OcclusionProfile Occlusion(this WarpProfile profile) =>
        profile switch
        {
            WarpProfile.Lai18 => OcclusionProfile.Lai18,
            WarpProfile.Ruder16 => OcclusionProfile.Ruder16,
            WarpProfile.Ruder18 => OcclusionProfile.Ruder18,
            WarpProfile.Truth => throw TruthMetric.Missing("truth"),
            _ => OcclusionProfile.HiddenOnly,
        };

    /// <summary>Gets whether certainty scales the pixels before they are compared, so that it counts squared.</summary>
    public static bool SquaresCertainty(this WarpProfile profile) => profile == WarpProfile.Ruder18;

    /// <summary>Divides a pair's sum as the profile does.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="sum">Σ weight · squared difference over pixels and channels, values in [0, 1].</param>
    /// <param name="totalWeight">Σ weight over pixels.</param>
    /// <param name="pixels">The number of all pixels.</param>
    public static double Normalize(this WarpProfile profile, double sum, double totalWeight, int pixels) =>
        sum / (3 * (profile.IsForward() ? totalWeight : pixels));

    /// <summary>Turns the mean over the pairs into the figure that is reported.</summary>
    public static double Finish(this WarpProfile profile, double mean) => profile == WarpProfile.Estab ? Math.Sqrt(mean) : mean;
}
