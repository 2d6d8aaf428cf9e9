using VideoStyle.Core.Media;

namespace VideoStyle.Core.Stylizers;

/// <summary>Sees the frames of a clip in order, for styles that change with time, with the shot, or with a mask that is a video.</summary>
public interface IFrameObserver
{
    /// <summary>Observes one frame. Called once for each frame, in order and by one thread, before the frame is stylized or skipped.</summary>
    /// <param name="frame">The frame; index 0 begins a clip. What its stylization needs of the clip so far is stored in <see cref="Frame.StyleWeights"/>.</param>
    /// <remarks>A frame that was not observed is stylized as if a clip began with it.</remarks>
    /// <exception cref="Errors.VideoStyleException">A mask ended or cannot be read (Input).</exception>
    void Observe(Frame frame);
}
