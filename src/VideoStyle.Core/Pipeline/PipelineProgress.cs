using System.Diagnostics;

namespace VideoStyle.Core.Pipeline;

/// <summary>The counters of one run, which all stages add to.</summary>
internal sealed class PipelineProgress
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private long _framesRead;
    private long _framesWritten;
    private int _shots;

    public StageTimes Times { get; } = new();

    public void AddFrameRead() => Interlocked.Increment(ref _framesRead);

    public void AddFrameWritten() => Interlocked.Increment(ref _framesWritten);

    public void AddShot() => Interlocked.Increment(ref _shots);

    public PipelineReport Report() =>
        new(
            Volatile.Read(ref _framesRead),
            Volatile.Read(ref _framesWritten),
            Volatile.Read(ref _shots),
            Stopwatch.GetElapsedTime(_start),
            Times);
}
