using VideoStyle.Core.Media;
using VideoStyle.Core.Pipeline;
using VideoStyle.Native.Media;

namespace VideoStyle.Cli.Converting;

/// <summary>Writes a video whose finished segments survive the process.</summary>
internal sealed class SegmentedSink(FFmpegSink sink, SegmentFolder folder, IReadOnlyList<(string Journal, long End)> finished) : IFrameSink
{
    private int _replayed;
    private long? _begin;
    private long _next;

    /// <summary>Takes note that a frame is passed over; behind the last one of a finished segment its packets are written.</summary>
    /// <param name="frame">The number of the frame.</param>
    public void PassOver(long frame)
    {
        if (_replayed < finished.Count && frame == finished[_replayed].End - 1)
            sink.Replay(finished[_replayed++].Journal);
    }

    /// <inheritdoc />
    public void Write(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        if (frame.Checkpoint is { } checkpoint)
            Divide(checkpoint);
        sink.Write(frame);
        _next = frame.Index + 1;
    }

    /// <inheritdoc />
    public void Finish()
    {
        EndSegment();
        sink.Finish();
    }

    /// <inheritdoc />
    public void Dispose() => sink.Dispose();

    private void Divide(Checkpoint checkpoint)
    {
        folder.Keep(checkpoint);
        EndSegment();
        _begin = checkpoint.Frame;
        sink.BeginSegment(folder.Unfinished(checkpoint.Frame));
    }

    private void EndSegment()
    {
        if (_begin is not { } begin)
            return;
        sink.EndSegment();
        folder.Keep(begin, _next);
        _begin = null;
    }
}
