using VideoStyle.Core.Media;
using VideoStyle.Core.Pipeline;
using VideoStyle.Native.Media;

namespace VideoStyle.Converting;

/// <summary>Writes a video in segments, and keeps the finished ones for a later process where there is a folder for them.</summary>
/// <param name="sink">Encodes.</param>
/// <param name="folder">Keeps segments; null for none.</param>
/// <param name="finished">What an earlier process has finished.</param>
internal sealed class SegmentedSink(FFmpegSink sink, SegmentFolder? folder, IReadOnlyList<(string Journal, long End)> finished) : IFrameSink
{
    private int _replayed;
    private long? _begin;
    private long _next;

    /// <summary>Takes note that a frame is passed over; behind the last one of a finished segment its packets are written.</summary>
    /// <param name="frame">The number of the frame.</param>
    public void Skip(long frame)
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
        folder?.Keep(checkpoint);
        EndSegment();
        _begin = checkpoint.Frame;
        sink.BeginSegment(folder?.Unfinished(checkpoint.Frame));
    }

    private void EndSegment()
    {
        if (_begin is not { } begin)
            return;
        sink.EndSegment();
        folder?.Keep(begin, _next);
        _begin = null;
    }
}
