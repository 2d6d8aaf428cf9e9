using VideoStyle.Metrics.Warping;

namespace VideoStyle.Metrics.Reports;

/// <summary>The settings of a measurement.</summary>
public sealed record SettingsReport
{
    /// <summary>Gets name and settings of the estimator of the reference flow, or where that flow was read from.</summary>
    public required string Estimator { get; init; }

    /// <summary>Gets <c>direct</c>, or <c>chained</c> for flow composed from that between neighbors.</summary>
    public required string FlowPath { get; init; }

    /// <summary>Gets <c>computed</c>, or where the masks were read from.</summary>
    public required string Masks { get; init; }

    /// <summary>Gets the profiles of the warping error.</summary>
    public required IReadOnlyList<WarpProfile> Profiles { get; init; }

    /// <summary>Gets the lags.</summary>
    public required IReadOnlyList<string> Lags { get; init; }

    /// <summary>Gets from which difference on a new shot begins.</summary>
    public required double CutThreshold { get; init; }

    /// <summary>Gets whether frames were matched by number alone.</summary>
    public required bool TimingIgnored { get; init; }

    /// <summary>Gets the estimator of tOF, or null where it was not computed.</summary>
    public required string? TofEstimator { get; init; }

    /// <summary>Gets the distance of the pairs that tOF looked at.</summary>
    public required int TofEvery { get; init; }

    /// <summary>Gets the networks of the perceptual distances, or null.</summary>
    public required string? Perceptual { get; init; }

    /// <summary>Gets the distance of the frames at which they were computed.</summary>
    public required int PerceptualEvery { get; init; }

    /// <summary>Gets name and version of the program.</summary>
    public required string Program { get; init; }
}
