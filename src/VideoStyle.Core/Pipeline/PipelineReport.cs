namespace VideoStyle.Core.Pipeline;

/// <summary>What a run did, told after every finished frame and at the end.</summary>
/// <param name="FramesRead">Frames decoded so far.</param>
/// <param name="FramesWritten">Frames handed to the encoder so far.</param>
/// <param name="Shots">Shots begun so far, at least 1 once a frame was seen.</param>
/// <param name="Elapsed">Wall-clock time since the start.</param>
/// <param name="Times">Busy time of each step so far.</param>
public sealed record PipelineReport(long FramesRead, long FramesWritten, int Shots, TimeSpan Elapsed, StageTimes Times)
{
    /// <summary>Gets the frames finished per second of wall-clock time.</summary>
    public double FramesPerSecond => Elapsed > TimeSpan.Zero ? FramesWritten / Elapsed.TotalSeconds : 0;
}
