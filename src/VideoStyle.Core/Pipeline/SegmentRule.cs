namespace VideoStyle.Core.Pipeline;

/// <summary>Divides a resumable conversion into segments: at cuts, and within a long shot after a number of frames.</summary>
/// <remarks>A video is always divided at the same frames, whether or not its conversion was interrupted.</remarks>
/// <param name="MinFrames">The shortest segment that a cut may end, at least 1. Each segment costs a keyframe of the codec.</param>
/// <param name="MaxFrames">The longest segment; at least <paramref name="MinFrames"/>.</param>
public sealed record SegmentRule(int MinFrames, int MaxFrames)
{
    /// <summary>Gets whether a frame begins a segment.</summary>
    /// <param name="length">Frames since the last segment began.</param>
    /// <param name="isCut">Whether the frame begins a shot.</param>
    public bool BeginsSegment(int length, bool isCut) => length >= MaxFrames || (isCut && length >= MinFrames);
}
