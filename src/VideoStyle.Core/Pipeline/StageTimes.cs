using System.Diagnostics;

namespace VideoStyle.Core.Pipeline;

/// <summary>Sums how long each stage was busy. Stages run concurrently, so the sum may exceed the wall-clock time.</summary>
public sealed class StageTimes
{
    private readonly long[] _ticks = new long[Enum.GetValues<PipelineStage>().Length];
    private readonly int[] _workers = [1, 1, 1, 1, 1];

    /// <summary>Gets how long a stage was busy, summed over its workers.</summary>
    /// <param name="stage">The stage.</param>
    public TimeSpan Busy(PipelineStage stage) =>
        TimeSpan.FromSeconds((double)Volatile.Read(ref _ticks[(int)stage]) / Stopwatch.Frequency);

    /// <summary>Gets the bottleneck: the stage with the most busy time per worker.</summary>
    public PipelineStage Slowest =>
        Enum.GetValues<PipelineStage>().MaxBy(stage => Busy(stage) / _workers[(int)stage]);

    internal void SetWorkers(PipelineStage stage, int workers) => _workers[(int)stage] = workers;

    internal void Add(PipelineStage stage, long startTimestamp) =>
        Interlocked.Add(ref _ticks[(int)stage], Stopwatch.GetTimestamp() - startTimestamp);
}
