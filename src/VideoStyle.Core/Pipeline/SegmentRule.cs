namespace VideoStyle.Core.Pipeline;

/// <summary>Where a conversion that can be resumed is divided: at cuts, and in an endless shot after so many frames.</summary>
/// <remarks>The same video is always divided at the same frames, whether or not the conversion was interrupted.</remarks>
/// <param name="Shortest">A cut this few frames after the last division is passed over, at least 1; each division costs a keyframe.</param>
/// <param name="Longest">A division is made after this many frames, cut or not; at least <paramref name="Shortest"/>.</param>
public sealed record SegmentRule(int Shortest, int Longest)
{
    /// <summary>Tells whether a frame begins a segment.</summary>
    /// <param name="length">Frames since the last division.</param>
    /// <param name="isCut">Whether the frame begins a shot.</param>
    public bool DividesAt(int length, bool isCut) => length >= Longest || (isCut && length >= Shortest);
}
