namespace VideoStyle.Core.Media;

/// <summary>Where frames come from, in presentation order.</summary>
/// <remarks>Not thread-safe: one reader at a time.</remarks>
public interface IFrameSource : IDisposable
{
    /// <summary>Gets what is known of the video before the first frame is read.</summary>
    VideoInfo Info { get; }

    /// <summary>Reads the next frame.</summary>
    /// <param name="pool">The pool that the frame is rented from.</param>
    /// <returns>A frame that the caller owns, or null at the end.</returns>
    /// <exception cref="Errors.VideoStyleException">The input cannot be decoded any further.</exception>
    Frame? Read(FramePool pool);
}
