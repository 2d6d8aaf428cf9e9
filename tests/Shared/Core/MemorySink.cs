using VideoStyle.Core.Media;
using VideoStyle.Core.Pipeline;

namespace VideoStyle.Tests;

/// <summary>Keeps what is written.</summary>
internal sealed class MemorySink : IFrameSink
{
    public List<(long Index, long Pts, byte[] Pixels)> Frames { get; } = [];

    public List<Checkpoint> Checkpoints { get; } = [];

    public int FailAt { get; init; } = -1;

    public bool Finished { get; private set; }

    public void Write(Frame frame)
    {
        if (Frames.Count == FailAt)
            throw new IOException("disk full");
        if (frame.Checkpoint is { } checkpoint)
            Checkpoints.Add(checkpoint);
        Frames.Add((frame.Index, frame.Pts, frame.Pixels.ToArray()));
    }

    public void Finish() => Finished = true;

    public void Dispose()
    {
        // Holds nothing.
    }
}
