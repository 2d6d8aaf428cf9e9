namespace VideoStyle.Core.Pipeline;

/// <summary>What a run has done so far, reported after every finished frame and at the end.</summary>
/// <param name="FramesRead">Frames decoded.</param>
/// <param name="FramesWritten">Frames handed to the encoder, with those that an earlier run finished.</param>
/// <param name="Shots">Shots begun, at least 1 after the first frame.</param>
/// <param name="Elapsed">Wall-clock time since the start.</param>
/// <param name="Times">Busy time of each stage.</param>
public sealed record PipelineReport(long FramesRead, long FramesWritten, int Shots, TimeSpan Elapsed, StageTimes Times)
{
    /// <summary>Gets what became of the pixels; null without temporal coherence, and before a second frame.</summary>
    public PaintShares? Shares { get; init; }

    /// <summary>Gets the frames finished per second of wall-clock time.</summary>
    public double FramesPerSecond => Elapsed > TimeSpan.Zero ? FramesWritten / Elapsed.TotalSeconds : 0;
}
