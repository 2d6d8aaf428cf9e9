using VideoStyle.Core.Media;
using VideoStyle.Live.Painting;

namespace VideoStyle.Live.Reading;

/// <summary>What a pipeline reads: the newest frame whenever the pipeline has room for one, until the session ends.</summary>
/// <param name="feed">Gives the frames.</param>
/// <param name="flight">Counts the frames in the pipeline and knows the originals.</param>
/// <param name="session">Ends when the pipeline is to be set up anew.</param>
internal sealed class LiveSource(LiveFeed feed, FramesInFlight flight, CancellationToken session) : IFrameSource
{
    /// <inheritdoc />
    public VideoInfo Info { get; } = feed.Info with { TimeBase = LiveClock.TimeBase, FrameCount = null, Duration = null };

    /// <summary>Gets whether the input has ended.</summary>
    public bool IsAtEnd { get; private set; }

    /// <inheritdoc />
    public Frame? Read(FramePool pool)
    {
        ArgumentNullException.ThrowIfNull(pool);
        if (!flight.WaitForRoom(session))
            return null;
        if (feed.Take(session) is not { } arrived)
        {
            IsAtEnd = feed.IsAtEnd;
            flight.GiveBack();
            return null;
        }

        var frame = arrived.Frame;
        if ((frame.Width, frame.Height) != (Info.Width, Info.Height))
        {
            var fitted = FrameFitter.Fit(frame, Info.Width, Info.Height, pool);
            frame.Dispose();
            frame = fitted;
        }

        flight.Begin(frame, arrived.Timestamp);
        return frame;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        // The feed belongs to the run.
    }
}
