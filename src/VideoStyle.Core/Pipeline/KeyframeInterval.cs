namespace VideoStyle.Core.Pipeline;

/// <summary>Consecutive frames of which only the last is a keyframe; the others are interpolated between it and the keyframe before them. Or one predicted frame.</summary>
/// <param name="frames">At least one frame; owned from here on, until they are handed over.</param>
internal sealed class KeyframeInterval(IReadOnlyList<PlannedFrame> frames) : IDisposable
{
    /// <summary>Gets all frames, in order.</summary>
    public IReadOnlyList<PlannedFrame> Frames => frames;

    /// <summary>Gets the keyframe that ends the interval, or the predicted frame.</summary>
    public PlannedFrame Keyframe => frames[^1];

    public void Dispose()
    {
        foreach (var frame in frames)
            frame.Dispose();
    }
}
