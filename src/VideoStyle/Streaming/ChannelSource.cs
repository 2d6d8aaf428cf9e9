using System.Threading.Channels;
using VideoStyle.Core.Media;

namespace VideoStyle.Streaming;

/// <summary>Frames that arrive through a channel.</summary>
/// <param name="video">Their size and time base.</param>
/// <param name="frames">The channel.</param>
/// <param name="cancellationToken">Stops waiting.</param>
internal sealed class ChannelSource(VideoInfo video, ChannelReader<Frame> frames, CancellationToken cancellationToken) : IFrameSource
{
    /// <inheritdoc />
    public VideoInfo Info => video;

    /// <inheritdoc />
    public Frame? Read(FramePool pool)
    {
        // The pipeline reads on a thread of its own, which may wait.
        while (frames.WaitToReadAsync(cancellationToken).AsTask().GetAwaiter().GetResult())
            if (frames.TryRead(out var frame))
                return frame.Width == video.Width && frame.Height == video.Height ? frame : throw Refuse(frame);
        return null;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        // The channel belongs to who made it.
    }

    private ArgumentException Refuse(Frame frame)
    {
        using (frame)
            return new ArgumentException($"A frame is {frame.Width}x{frame.Height}, the video {video.Width}x{video.Height}.", nameof(frame));
    }
}
