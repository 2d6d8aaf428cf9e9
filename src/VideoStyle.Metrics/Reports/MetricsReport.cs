using System.Text.Json.Serialization;

namespace VideoStyle.Metrics.Reports;

/// <summary>All figures of one measurement, with everything that is needed to compute them again.</summary>
/// <remarks>The properties are the keys of the JSON report, in this order.</remarks>
public sealed record MetricsReport
{
    /// <summary>The version that <see cref="V"/> holds.</summary>
    public const int SchemaVersion = 1;

    /// <summary>Gets the version of this schema.</summary>
    public int V { get; } = SchemaVersion;

    /// <summary>Gets <c>measure</c>, always.</summary>
    public string Type { get; } = "measure";

    /// <summary>Gets the clip that the others were made from.</summary>
    public required SourceReport Source { get; init; }

    /// <summary>Gets how the figures were computed.</summary>
    public required SettingsReport Settings { get; init; }

    /// <summary>Gets the number of frames that were compared.</summary>
    public required long Frames { get; init; }

    /// <summary>Gets the numbers of the frames at which a new shot begins, from 0; the first frame is not among them.</summary>
    public required IReadOnlyList<long> Cuts { get; init; }

    /// <summary>Gets what became of the pairs, by lag.</summary>
    public required IReadOnlyList<PairReport> Pairs { get; init; }

    /// <summary>Gets the figures of each clip: the source, the stylized clips in the order given, and the per-frame rendering.</summary>
    public required IReadOnlyList<ClipReport> Clips { get; init; }

    /// <summary>Gets what could not be computed, and why.</summary>
    public required IReadOnlyList<LeftOutReport> LeftOut { get; init; }

    /// <summary>Gets the figures of the stylized clips, without source and per-frame rendering.</summary>
    [JsonIgnore]
    public IEnumerable<ClipReport> Outputs => Clips.Where(clip => clip.Role == ClipRole.Output);
}
