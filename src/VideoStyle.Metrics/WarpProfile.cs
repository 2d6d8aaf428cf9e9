using VideoStyle.Metrics.Flow;

namespace VideoStyle.Metrics;

/// <summary>Whose definition of the warping error; figures of different profiles cannot be compared.</summary>
public enum WarpProfile
{
    /// <summary>
    /// Lai et al. 2018, <c>evaluate_WarpError.py</c>: the later frame is warped back onto the earlier one;
    /// <c>E_t = Σ M (O_t − W(O_{t+1}))² / Σ M</c> over valid pixels and 3 channels, RGB in [0, 1]; mean over the pairs.
    /// </summary>
    Lai18,

    /// <summary>
    /// Ruder et al. 2016, eq. 7: the earlier frame is warped onto the later one; the squared difference is weighted by
    /// the certainty and divided by the number of all elements; mean over the pairs.
    /// </summary>
    Ruder16,

    /// <summary>
    /// Ruder et al. 2018, <c>func_eval</c>: as <see cref="Ruder16"/>, but both pictures are multiplied by the certainty
    /// before they are compared, and motion boundaries are certain.
    /// </summary>
    Ruder18,

    /// <summary>
    /// Huang et al. 2017 and ReCoNet 2018: the square root of the mean over the pairs of the masked squared difference
    /// divided by all elements; the mask leaves out only what is hidden or outside.
    /// </summary>
    Estab,
}

/// <summary>What the profiles are made of.</summary>
internal static class WarpProfiles
{
    /// <summary>Gets whether the later frame is warped onto the earlier one, which takes the forward flow.</summary>
    public static bool IsForward(this WarpProfile profile) => profile == WarpProfile.Lai18;

    /// <summary>Gets whose occlusion rule the profile uses.</summary>
    public static OcclusionProfile Occlusion(this WarpProfile profile) =>
        profile switch
        {
            WarpProfile.Lai18 => OcclusionProfile.Lai18,
            WarpProfile.Ruder16 => OcclusionProfile.Ruder16,
            WarpProfile.Ruder18 => OcclusionProfile.Ruder18,
            _ => OcclusionProfile.HiddenOnly,
        };

    /// <summary>Gets whether certainty scales the pixels before they are compared, so that it counts squared.</summary>
    public static bool SquaresCertainty(this WarpProfile profile) => profile == WarpProfile.Ruder18;

    /// <summary>Divides a pair's sum as the profile does.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="sum">Σ weight · squared difference over pixels and channels, values in [0, 1].</param>
    /// <param name="totalWeight">Σ weight over pixels.</param>
    /// <param name="pixels">The number of all pixels.</param>
    public static double Normalise(this WarpProfile profile, double sum, double totalWeight, int pixels) =>
        sum / (3 * (profile == WarpProfile.Lai18 ? totalWeight : pixels));

    /// <summary>Turns the mean over the pairs into the figure that is reported.</summary>
    public static double Finish(this WarpProfile profile, double mean) => profile == WarpProfile.Estab ? Math.Sqrt(mean) : mean;
}
