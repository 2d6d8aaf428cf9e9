using VideoStyle.Core.Flow;
using VideoStyle.Metrics.Flow;

namespace VideoStyle.Metrics.Frames;

/// <summary>The flow between the two frames of a pair, each direction computed when it is first needed.</summary>
/// <param name="Forward">From the earlier to the later frame.</param>
/// <param name="Backward">From the later to the earlier frame.</param>
internal sealed record PairFlow(Lazy<FlowField> Forward, Lazy<FlowField> Backward)
{
    public static PairFlow Between(FlowProvider provider, FrameSet earlier, FrameSet later) =>
        new(
            new(() => provider.Get(earlier.Source.Luma, earlier.Index, later.Source.Luma, later.Index)),
            new(() => provider.Get(later.Source.Luma, later.Index, earlier.Source.Luma, earlier.Index))
        );

    /// <summary>Checks one direction against the other.</summary>
    public FlowConsistency Check(bool forward) => forward ? new(Forward, Backward) : new(Backward, Forward);

    /// <summary>Lets the flow go; nobody may hold on to it.</summary>
    public void Release()
    {
        foreach (var direction in (Lazy<FlowField>[])[Forward, Backward])
            if (direction.IsValueCreated)
                FlowBuffers.Return(direction.Value.Vectors);
    }

    /// <summary>Goes on from here: this pair's later frame is the next one's earlier frame.</summary>
    public PairFlow Then(PairFlow next) =>
        new(
            new(() => FlowComposition.Compose(Forward.Value, next.Forward.Value)),
            new(() => FlowComposition.Compose(next.Backward.Value, Backward.Value))
        );
}
