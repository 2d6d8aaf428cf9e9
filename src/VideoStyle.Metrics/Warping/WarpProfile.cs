namespace VideoStyle.Metrics.Warping;

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
    /// Ruder et al. 2018, <c>func_eval</c>: as <see cref="Ruder16"/>, but both images are multiplied by the certainty
    /// before they are compared, and motion boundaries are certain.
    /// </summary>
    Ruder18,

    /// <summary>
    /// Huang et al. 2017 and ReCoNet 2018: the square root of the mean over the pairs of the masked squared difference
    /// divided by all elements; the mask leaves out only what is hidden or outside.
    /// </summary>
    Estab,

    /// <summary>
    /// By known motion (<c>tools/known-motion</c>): as <see cref="Lai18"/>, over the pixels that are visible in both frames and at least 2 px from
    /// hidden ones and from the borders of surfaces. The flow is exact, so no estimator's opinion is in the figure.
    /// </summary>
    Truth,
}
