namespace VideoStyle.Core.Media;

/// <summary>Where finished frames go, in presentation order.</summary>
/// <remarks>
/// Not thread-safe: one writer at a time. Disposing a sink that was not finished leaves nothing behind.
/// </remarks>
public interface IFrameSink : IDisposable
{
    /// <summary>Writes one frame; the caller keeps it.</summary>
    /// <param name="frame">A frame of the size that the sink was opened with; its times are in the source's time base.</param>
    /// <exception cref="Errors.VideoStyleException">The output cannot be written any further.</exception>
    void Write(Frame frame);

    /// <summary>Drains the encoder, copies what is left of the other streams and completes the file.</summary>
    /// <exception cref="Errors.VideoStyleException">The output could not be completed.</exception>
    void Finish();
}
