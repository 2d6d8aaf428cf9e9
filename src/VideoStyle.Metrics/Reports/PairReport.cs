using VideoStyle.Metrics.Warping;

namespace VideoStyle.Metrics.Reports;

/// <summary>The pairs of one lag.</summary>
public sealed record PairReport
{
    /// <summary>Gets the frames between the two, or <c>first</c>.</summary>
    public required string Lag { get; init; }

    /// <summary>Gets the number of pairs that every figure of this lag is the mean of.</summary>
    public required long Measured { get; init; }

    /// <summary>Gets the number of pairs left out because a shot begins between the two frames.</summary>
    public required long AcrossCuts { get; init; }

    /// <summary>Gets by profile the number of measured pairs in which no pixel is valid; they have no error and are not in the mean.</summary>
    public required IReadOnlyDictionary<WarpProfile, long> WithoutValidPixels { get; init; }

    /// <summary>Gets by profile the mean certainty of the masks, 0–1.</summary>
    public required IReadOnlyDictionary<WarpProfile, double?> Coverage { get; init; }
}
