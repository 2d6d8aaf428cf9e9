using System.Threading.Channels;
using VideoStyle.Core.Media;

namespace VideoStyle.Streaming;

/// <summary>Hands copies of finished frames to a channel.</summary>
/// <param name="frames">The channel.</param>
/// <param name="cancellationToken">Stops waiting for room.</param>
internal sealed class ChannelSink(ChannelWriter<Frame> frames, CancellationToken cancellationToken) : IFrameSink
{
    private readonly FramePool _pool = new();

    /// <inheritdoc />
    public void Write(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        var copy = _pool.Rent(frame.Width, frame.Height, frame.HasAlpha, frame.Has16Bits);
        frame.Pixels.CopyTo(copy.Pixels);
        frame.Pixels16.CopyTo(copy.Pixels16);
        copy.CopyTimingFrom(frame);
        try
        {
            frames.WriteAsync(copy, cancellationToken).AsTask().GetAwaiter().GetResult();
        }
        catch
        {
            copy.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public void Finish()
    {
        // The stream completes the channel.
    }

    /// <inheritdoc />
    public void Dispose()
    {
        // The channel belongs to who made it.
    }
}
