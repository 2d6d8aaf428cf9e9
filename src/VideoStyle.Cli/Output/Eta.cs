using VideoStyle.Core.Pipeline;

namespace VideoStyle.Cli.Output;

/// <summary>Guesses the time that is left.</summary>
internal static class Eta
{
    /// <summary>The rest at the pace so far, or null where the number of frames is unknown or exceeded.</summary>
    public static TimeSpan? Of(PipelineReport report, long? frames) =>
        frames is { } all && report.FramesWritten is > 0 and var done && all >= done && report.FramesPerSecond > 0
            ? TimeSpan.FromSeconds((all - done) / report.FramesPerSecond)
            : null;
}
