using VideoStyle.Core.Flow;
using VideoStyle.Metrics.Flow;
using VideoStyle.Metrics.Frames;

namespace VideoStyle.Metrics.Warping;

/// <summary>A pair of frames of which one is warped onto the other, with the masks of what can be compared.</summary>
internal sealed class WarpedPair
{
    private readonly FlowProvider _provider;
    private readonly FlowConsistency _consistency;
    private readonly bool _hasUnknown;

    /// <summary>Prepares the flow; it is estimated now unless it was before.</summary>
    /// <param name="provider">Gives masks.</param>
    /// <param name="frame">The frame at which the pair ends.</param>
    /// <param name="pair">The pair.</param>
    /// <param name="isForward">Whether the later frame is warped onto the earlier one, along the forward flow.</param>
    public WarpedPair(FlowProvider provider, FrameContext frame, FramePair pair, bool isForward)
    {
        (_provider, _consistency) = (provider, pair.Flow.Check(isForward));
        (Reference, Other) = isForward ? (pair.Earlier, frame.Frames) : (frame.Frames, pair.Earlier);
        _hasUnknown = !FlowVector.AreAllKnown(Flow.Vectors);
    }

    /// <summary>Gets the frame that the other one is warped onto.</summary>
    public FrameSet Reference { get; }

    /// <summary>Gets the frame that is warped.</summary>
    public FrameSet Other { get; }

    /// <summary>Gets the flow from the grid of <see cref="Reference"/> to <see cref="Other"/>.</summary>
    public FlowField Flow => _consistency.Flow;

    /// <summary>Gets the certainty of each pixel of <see cref="Reference"/> by a profile's rule, 0 where the flow is unknown; the caller may return its array.</summary>
    public ValidityMask Mask(WarpProfile profile)
    {
        var mask = _provider.GetMask(Reference.Index, Other.Index, profile, _consistency, Reference.Source.Luma);
        if (_hasUnknown)
            LeaveOutUnknown(mask);
        return mask;
    }

    /// <summary>Frees the memory of the consistency check; no mask can be asked for afterwards.</summary>
    public void ReleaseCheck() => _consistency.Release();

    /// <summary>A mask from a file, or a smoothed one, may call a pixel certain whose flow is unknown.</summary>
    private void LeaveOutUnknown(ValidityMask mask)
    {
        for (var i = 0; i < mask.Certainty.Length; i++)
            if (!FlowVector.IsKnown(Flow.Vectors[2 * i], Flow.Vectors[2 * i + 1]))
                mask.Certainty[i] = 0;
    }
}
