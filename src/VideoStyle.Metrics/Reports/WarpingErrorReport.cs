using VideoStyle.Metrics.Warping;

namespace VideoStyle.Metrics.Reports;

/// <summary>One warping error.</summary>
public sealed record WarpingErrorReport
{
    /// <summary>Gets whose definition it follows.</summary>
    public required WarpProfile Profile { get; init; }

    /// <summary>Gets the frames between the two of a pair, or <c>first</c>.</summary>
    public required string Lag { get; init; }

    /// <summary>Gets the error, not multiplied by anything; null where no pair could be measured.</summary>
    public required double? Value { get; init; }

    /// <summary>Gets the error over that of the per-frame rendering.</summary>
    public required double? RatioToPerFrame { get; init; }

    /// <summary>Gets the error of the source itself with the same flow and masks: the lower reference, which faults of the flow set.</summary>
    public required double? Input { get; init; }

    /// <summary>Gets the number of pairs it is the mean of.</summary>
    public required long Pairs { get; init; }
}
