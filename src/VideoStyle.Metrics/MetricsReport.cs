namespace VideoStyle.Metrics;

/// <summary>All figures of one measurement, with everything that is needed to compute them again.</summary>
/// <param name="V">Version of this schema.</param>
/// <param name="Type">Always <c>measure</c>.</param>
/// <param name="Source">The clip that the others were made from.</param>
/// <param name="Settings">How the figures were computed.</param>
/// <param name="Frames">The number of frames that were compared.</param>
/// <param name="Cuts">The numbers of the frames at which a new shot begins, from 0; the first frame is not among them.</param>
/// <param name="Pairs">What became of the pairs, by lag.</param>
/// <param name="Clips">The figures of each clip: the source, the outputs in the order given, and the per-frame rendering.</param>
/// <param name="LeftOut">What could not be computed, and why.</param>
public sealed record MetricsReport(
    int V,
    string Type,
    SourceReport Source,
    SettingsReport Settings,
    long Frames,
    IReadOnlyList<long> Cuts,
    IReadOnlyList<PairReport> Pairs,
    IReadOnlyList<ClipReport> Clips,
    IReadOnlyList<LeftOutReport> LeftOut
)
{
    /// <summary>The version that <see cref="V"/> holds.</summary>
    public const int SchemaVersion = 1;

    /// <summary>Gets the figures of the outputs, without source and per-frame rendering.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public IEnumerable<ClipReport> Outputs => Clips.Where(clip => clip.Role == ClipRole.Output);
}

/// <summary>The source clip.</summary>
/// <param name="Name">Its path or name.</param>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="FrameRate">Frames per second, or null where the container does not say.</param>
public sealed record SourceReport(string Name, int Width, int Height, double? FrameRate);

/// <summary>The settings of a measurement.</summary>
/// <param name="Estimator">Name and settings of the flow estimator, or where the flow was read from.</param>
/// <param name="FlowPath"><c>direct</c> or <c>chained</c>.</param>
/// <param name="Masks"><c>computed</c>, or where the masks were read from.</param>
/// <param name="Profiles">The profiles of the warping error.</param>
/// <param name="Lags">The lags.</param>
/// <param name="CutThreshold">From which measure on a new shot begins.</param>
/// <param name="TimingIgnored">Whether frames were matched by number alone.</param>
/// <param name="TofEstimator">The estimator of tOF, or null where it was not computed.</param>
/// <param name="TofEvery">The distance of the pairs that tOF looked at.</param>
/// <param name="Perceptual">Network and definition of the distances that need one, or null.</param>
/// <param name="PerceptualEvery">The distance of the frames at which they were computed.</param>
/// <param name="Program">Name and version of the program.</param>
public sealed record SettingsReport(
    string Estimator,
    string FlowPath,
    string Masks,
    IReadOnlyList<WarpProfile> Profiles,
    IReadOnlyList<string> Lags,
    double CutThreshold,
    bool TimingIgnored,
    string? TofEstimator,
    int TofEvery,
    string? Perceptual,
    int PerceptualEvery,
    string Program
);

/// <summary>The pairs of one lag.</summary>
/// <param name="Lag">Frames between the two, or <c>first</c>.</param>
/// <param name="Measured">Pairs that every figure of this lag is the mean of.</param>
/// <param name="AcrossCuts">Pairs left out because a shot begins between the two frames.</param>
/// <param name="WithoutValidPixels">By profile, the measured pairs in which no pixel could be followed; they have no error and are not in the mean.</param>
/// <param name="Coverage">By profile, the mean certainty of the masks, 0–1.</param>
public sealed record PairReport(
    string Lag,
    long Measured,
    long AcrossCuts,
    IReadOnlyDictionary<WarpProfile, long> WithoutValidPixels,
    IReadOnlyDictionary<WarpProfile, double?> Coverage
);

/// <summary>What part a clip plays.</summary>
public enum ClipRole
{
    /// <summary>The input.</summary>
    Source,

    /// <summary>A result to judge.</summary>
    Output,

    /// <summary>The same style painted frame by frame.</summary>
    PerFrame,
}

/// <summary>The figures of one clip; null where a figure was not or could not be computed.</summary>
/// <param name="Name">Its path or name.</param>
/// <param name="Role">What part it plays.</param>
/// <param name="WarpingError">The warping error by profile and lag.</param>
/// <param name="Tof">tOF against the source, in pixels.</param>
/// <param name="MeanFlicker">Standard deviation over time of mean luma less the source's, within shots, in levels of 255.</param>
/// <param name="Drift">Change of mean luma less the source's, within shots, in levels of 255 in 2,000 frames.</param>
/// <param name="GradientEnergy">Mean squared Sobel gradient of the luma.</param>
/// <param name="SharpnessRatio">Gradient energy over that of the per-frame rendering.</param>
/// <param name="SharpnessToSource">Gradient energy over that of the source.</param>
/// <param name="Ssim">Mean SSIM of the luma against the source.</param>
/// <param name="PsnrDb">PSNR against the source, of the mean squared error of the whole clip; null where they are equal.</param>
/// <param name="Perceptual">Distances that need a network, by name.</param>
public sealed record ClipReport(
    string Name,
    ClipRole Role,
    IReadOnlyList<WarpingErrorReport> WarpingError,
    double? Tof,
    double? MeanFlicker,
    double? Drift,
    double? GradientEnergy,
    double? SharpnessRatio,
    double? SharpnessToSource,
    double? Ssim,
    double? PsnrDb,
    IReadOnlyDictionary<string, double> Perceptual
);

/// <summary>One warping error.</summary>
/// <param name="Profile">Whose definition.</param>
/// <param name="Lag">Frames between the two of a pair, or <c>first</c>.</param>
/// <param name="Value">The error, not multiplied by anything; null where no pair could be measured.</param>
/// <param name="RatioToPerFrame">The error over that of the per-frame rendering.</param>
/// <param name="Input">The source clip's own error with the same flow and masks: the floor.</param>
/// <param name="Pairs">The pairs it is the mean of.</param>
public sealed record WarpingErrorReport(
    WarpProfile Profile,
    string Lag,
    double? Value,
    double? RatioToPerFrame,
    double? Input,
    long Pairs
);

/// <summary>Something that could not be computed.</summary>
/// <param name="Metric">Its name.</param>
/// <param name="Reason">Why, in one sentence.</param>
public sealed record LeftOutReport(string Metric, string Reason);
