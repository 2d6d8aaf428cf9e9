using System.Globalization;
using System.Text;
using VideoStyle.Core;
using VideoStyle.Core.Pipeline;

namespace VideoStyle.Cli.Output;

/// <summary>The sentences that the terminal and the log share.</summary>
internal static class Summary
{
    public static string Start(ConversionStarted started, CoherenceMode mode) =>
        string.Create(CultureInfo.InvariantCulture,
            $"{started.Input}: {started.Video.Width}x{started.Video.Height}{(started.Video.FrameRate.IsKnown ? $" at {started.Video.FrameRate.Value:0.###} fps" : "")}, painted with {started.Stylizer}, coherence {Lower(mode)}");

    public static string End(PipelineReport report) =>
        string.Create(CultureInfo.InvariantCulture,
            $"{Counted.Of(report.FramesWritten, "frame")} in {Time(report.Elapsed)}, {report.FramesPerSecond:0.0} fps, {Counted.Of(report.Shots, "shot")}");

    public static string Benchmark(PipelineReport report)
    {
        var text = new StringBuilder("busy, in ms a frame:");
        foreach (var stage in Enum.GetValues<PipelineStage>())
            text.Append(CultureInfo.InvariantCulture, $" {Name(stage)} {report.Times.Busy(stage).TotalMilliseconds / Math.Max(1, report.FramesWritten):0.0}");
        text.Append(CultureInfo.InvariantCulture, $"; slowest: {Name(report.Times.Slowest)}");
        if (report.Shares is { } shares)
            text.Append(CultureInfo.InvariantCulture, $"; paint: {shares.Followed:0.#%} followed, {shares.Repainted:0.#%} repainted, {shares.Disoccluded:0.#%} disoccluded");
        if (MemoryUse.PeakMiB() is { } peak)
            text.Append(CultureInfo.InvariantCulture, $"; peak memory {peak} MiB");
        return text.ToString();
    }

    public static string Name(PipelineStage stage) => Lower(stage);

    public static string Time(TimeSpan time) =>
        time.TotalSeconds < 60 ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s")
        : time.TotalHours < 1 ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes} min {time.Seconds} s")
        : string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours} h {time.Minutes} min");

    private static string Lower<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
