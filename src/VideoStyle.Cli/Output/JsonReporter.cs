using System.Diagnostics;
using VideoStyle.Cli.Converting;
using VideoStyle.Core.Media;
using VideoStyle.Core.Pipeline;

namespace VideoStyle.Cli.Output;

/// <summary>Reports a conversion as JSON events on standard output, progress about once a second.</summary>
internal sealed class JsonReporter : IConversionReporter
{
    private long? _frames;
    private long _lastProgress;

    public void Started(ConversionRequest request, VideoInfo input, string stylizer)
    {
        _frames = input.FrameCount;
        JsonLine.Write(new
        {
            v = 1,
            type = "started",
            input = request.Input,
            output = request.Output,
            style = request.Style,
            stylizer,
            coherence = request.Coherence,
            width = input.Width,
            height = input.Height,
            frames = _frames,
        });
    }

    public void Noted(string note) => JsonLine.Write(new { v = 1, type = "note", message = note });

    public void Progressed(PipelineReport report)
    {
        if (_lastProgress != 0 && Stopwatch.GetElapsedTime(_lastProgress).TotalSeconds < 1)
            return;
        _lastProgress = Stopwatch.GetTimestamp();
        JsonLine.Write(new
        {
            v = 1,
            type = "progress",
            frame = report.FramesWritten,
            fps = Math.Round(report.FramesPerSecond, 2),
            etaSeconds = Eta.Of(report, _frames) is { } eta ? Math.Round(eta.TotalSeconds, 1) : (double?)null,
            slowest = report.Times.Slowest,
        });
    }

    public void Finished(ConversionRequest request, PipelineReport report) =>
        JsonLine.Write(new
        {
            v = 1,
            type = "done",
            output = request.Output,
            frames = report.FramesWritten,
            shots = report.Shots,
            seconds = Math.Round(report.Elapsed.TotalSeconds, 3),
            fps = Math.Round(report.FramesPerSecond, 2),
            busySeconds = Enum.GetValues<PipelineStage>().ToDictionary(
                s => s.ToString().ToLowerInvariant(), s => Math.Round(report.Times.Busy(s).TotalSeconds, 3), StringComparer.Ordinal),
            peakMemoryMiB = MemoryUse.PeakMiB(),
        });

    public void Dispose()
    {
        // Nothing is held.
    }
}
