using System.ComponentModel.DataAnnotations;
using VideoStyle.Core.Flow;
using VideoStyle.Core.Options;
using VideoStyle.Metrics.Registry;
using VideoStyle.Metrics.Warping;

namespace VideoStyle.Metrics;

/// <summary>What is measured, and how.</summary>
public sealed record MeasureSettings
{
    /// <summary>Gets the names of the metrics to measure beside the warping error, of <see cref="MetricRegistry.All"/>; <see cref="MetricRegistry.Defaults"/> by default.</summary>
    [Option("metrics", "The metrics to measure beside the warping error, comma-separated.", ValueName = "LIST", Choices = typeof(MetricRegistry), Distinct = true)]
    public IReadOnlyList<string> Metrics { get; init; } = MetricRegistry.Defaults;

    /// <summary>Gets the definitions of the warping error, one or more, each once; by default the four of the literature, or <see cref="WarpProfile.Truth"/> where the motion is known.</summary>
    [Option("profiles", "Whose warping error, comma-separated.", ValueName = "LIST", Distinct = true)]
    public IReadOnlyList<WarpProfile> Profiles { get; init; } =
        [WarpProfile.Lai18, WarpProfile.Ruder16, WarpProfile.Ruder18, WarpProfile.Estab];

    /// <summary>Gets the distances between the frames of a pair, one or more, each once; 1, 5, 10 and first by default, 1 and 10 where the motion is known.</summary>
    [Option("lags", "Frames between the two of a pair, comma-separated: 1 to 120, or first.", ValueName = "LIST", Distinct = true)]
    public IReadOnlyList<Lag> Lags { get; init; } = [new(1), new(5), new(10), Lag.First];

    /// <summary>Gets whether flow over several frames is composed from that between neighbors instead of estimated directly; false by default.</summary>
    [Option("compose-flow", "Compose flow over several frames from that between neighbours instead of estimating it directly.", Aliases = ["chained"])]
    public bool ComposeFlow { get; init; }

    /// <summary>Gets the difference, of <see cref="SceneCutDetector"/>, from which on a new shot begins: over 0, to 1; <see cref="SceneCutDetector.DefaultThreshold"/> by default.</summary>
    [Option("cut-threshold", "From which difference on a new shot begins.", ValueName = "X")]
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double CutThreshold { get; init; } = SceneCutDetector.DefaultThreshold;

    /// <summary>Gets whether frames are matched by number alone, for clips whose times mean nothing, such as image sequences; false by default.</summary>
    [Option("ignore-timing", "Match frames by number alone. Folders of images always are.")]
    public bool IgnoreTiming { get; init; }

    /// <summary>Gets after how many frames to stop, 2 or more; null, the default, for whole clips.</summary>
    [Option("frames", "Stop after this many frames.", ValueName = "N")]
    [Range(2, int.MaxValue)]
    public long? MaxFrames { get; init; }

    /// <summary>Gets the distance of the pairs that tOF looks at: 1 for every pair, 0 leaves tOF out; 4 by default, because tOF costs more than all else.</summary>
    [Option("tof-every", "Compute tOF for every Nth pair; 0 leaves it out.", ValueName = "N")]
    [Range(0, 1_000_000)]
    public int TofEvery { get; init; } = 4;

    /// <summary>Gets the distance of the frames at which distances by a network are computed, 1 or more; 12 by default.</summary>
    [Option("network-every", "Compute the distances that need a network at every Nth frame.", ValueName = "N")]
    [Range(1, 1_000_000)]
    public int NetworkEvery { get; init; } = 12;

    /// <summary>Gets which images are kept for a report; null, the default, for none.</summary>
    public GallerySettings? Gallery { get; init; }

    /// <summary>Gets how many frames are measured at once, each by one thread; the number of cores by default. Figures do not depend on it; memory does, by about 100 MB each at 1280×720.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>Gets these settings with all that known motion tells, where nothing else is asked for: profile, metrics and lags; such a clip has no cut.</summary>
    internal MeasureSettings ForKnownMotion()
    {
        MeasureSettings defaults = new();
        return this with
        {
            CutThreshold = 1,
            Profiles = Profiles.SequenceEqual(defaults.Profiles) ? [WarpProfile.Truth] : Profiles,
            Lags = Lags.SequenceEqual(defaults.Lags) ? [new(1), new(10)] : Lags,
            Metrics = Metrics.SequenceEqual(defaults.Metrics, StringComparer.Ordinal)
                ? [.. MetricRegistry.All.Where(info => info.IsDefault || info.Inputs.HasFlag(MetricInputs.TrueMotion)).Select(info => info.Name)]
                : Metrics,
        };
    }

    /// <summary>Checks every range.</summary>
    /// <exception cref="ArgumentException">A value is out of its range, or stands twice.</exception>
    internal void Validate()
    {
        Require(Metrics.All(name => MetricRegistry.All.Any(info => string.Equals(info.Name, name, StringComparison.Ordinal))), nameof(Metrics), $"names of {string.Join(", ", MetricRegistry.All.Select(info => info.Name))}");
        Require(Profiles.Count > 0 && Profiles.Distinct().Count() == Profiles.Count, nameof(Profiles), "one or more profiles, each once");
        Require(Lags.Count > 0 && Lags.Distinct().Count() == Lags.Count, nameof(Lags), "one or more lags, each once");
        Require(CutThreshold is > 0 and <= 1, nameof(CutThreshold), "a number over 0 and up to 1");
        Require(MaxFrames is null or >= 2, nameof(MaxFrames), "2 or more");
        Require(TofEvery >= 0, nameof(TofEvery), "0 or more");
        Require(NetworkEvery >= 1, nameof(NetworkEvery), "1 or more");
        Require(Workers >= 1, nameof(Workers), "1 or more");
    }

    private static void Require(bool isValid, string property, string expected)
    {
        if (!isValid)
            throw new ArgumentException($"{property} takes {expected}.", property);
    }
}
