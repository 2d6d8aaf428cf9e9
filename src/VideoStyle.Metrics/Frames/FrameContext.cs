namespace VideoStyle.Metrics.Frames;

/// <summary>One frame of every clip and the pairs that end at it; nothing in it changes while it is measured.</summary>
internal sealed record FrameContext
{
    public required FrameSet Frames { get; init; }

    /// <summary>Gets the frame before it in the same shot, or null.</summary>
    public required FrameSet? Previous { get; init; }

    /// <summary>Gets whether a new shot begins.</summary>
    public required bool IsCut { get; init; }

    public required IReadOnlyList<FramePair> Pairs { get; init; }

    /// <summary>Gets the composed flow from the shot's first frame, or null.</summary>
    public required PairFlow? FromFirst { get; init; }

    /// <summary>Gets the frames that nothing needs any more once this one and all before it are measured.</summary>
    public required IReadOnlyList<FrameSet> Dropped { get; init; }
}
