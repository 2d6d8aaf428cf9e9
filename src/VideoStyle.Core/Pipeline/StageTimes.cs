using System.Diagnostics;

namespace VideoStyle.Core.Pipeline;

/// <summary>The steps of the pipeline that time is accounted to, in the order a frame meets them.</summary>
public enum PipelineStage
{
    /// <summary>Demultiplexing, decoding, conversion to RGB.</summary>
    Decode,

    /// <summary>Luma reduction, optical flow, confidence, cut detection.</summary>
    Flow,

    /// <summary>The network.</summary>
    Paint,

    /// <summary>Warping, blending, sharpening, rounding.</summary>
    Blend,

    /// <summary>Conversion from RGB, encoding, multiplexing.</summary>
    Encode,
}

/// <summary>Adds up how long each step was busy; steps run side by side, so the sum may exceed the wall clock.</summary>
public sealed class StageTimes
{
    private readonly long[] _ticks = new long[Enum.GetValues<PipelineStage>().Length];
    private readonly int[] _workers = [1, 1, 1, 1, 1];

    /// <summary>Gets how long a step was busy, over all its workers.</summary>
    /// <param name="stage">The step.</param>
    public TimeSpan Busy(PipelineStage stage) =>
        TimeSpan.FromSeconds((double)Volatile.Read(ref _ticks[(int)stage]) / Stopwatch.Frequency);

    /// <summary>Gets the step that holds the others up: the one with the most busy time for each of its workers.</summary>
    public PipelineStage Slowest =>
        Enum.GetValues<PipelineStage>().MaxBy(stage => Busy(stage) / _workers[(int)stage]);

    internal void SetWorkers(PipelineStage stage, int workers) => _workers[(int)stage] = workers;

    internal void Add(PipelineStage stage, long startTimestamp) =>
        Interlocked.Add(ref _ticks[(int)stage], Stopwatch.GetTimestamp() - startTimestamp);
}
