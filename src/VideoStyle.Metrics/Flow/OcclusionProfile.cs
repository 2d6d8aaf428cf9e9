namespace VideoStyle.Metrics.Flow;

/// <summary>The rule that decides which pixels are visible in both images; all use the thresholds of Sundaram, Brox and Keutzer, ECCV 2010.</summary>
public enum OcclusionProfile
{
    /// <summary>
    /// Lai et al. 2018, as their <c>detect_occlusion</c> computes it: not valid where
    /// <c>|w + w'|² &gt; 0.01 (|w|² + |w'|²) + 0.5</c>, with <c>w'</c> interpolated at <c>p + w(p)</c> and continued beyond
    /// the edge, or where <c>|∇u|² + |∇v|² &gt; 0.01 |w|² + 0.002</c>, by differences to the right and lower
    /// neighbor, 0 at the last column and row. Binary; what leaves the frame is not excluded as such.
    /// </summary>
    Lai18,

    /// <summary>
    /// Ruder et al. 2016, as their <c>consistencyChecker</c> computes it: certainty −255 where the first inequality
    /// holds with <c>≥</c>, 0 at motion boundaries (central differences, reflection padding) and where one of the four
    /// neighbors of <c>p + w(p)</c> lies outside, else 255; then a 5-tap Gaussian of σ 0.8 (reflection padding), clipped
    /// to 0–255 and rounded down.
    /// </summary>
    Ruder16,

    /// <summary>
    /// Ruder et al. 2018, as used for blending: 0 where the inequality holds or the target lies outside, motion
    /// boundaries certain; then the minimum of 7×7. Their higher tolerance in areas without structure is omitted.
    /// </summary>
    Ruder18,

    /// <summary>
    /// Only what is hidden or outside, as in ground-truth occlusion maps: <see cref="Ruder18"/> without the minimum.
    /// </summary>
    HiddenOnly,
}
