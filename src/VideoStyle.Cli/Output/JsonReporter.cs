using System.Diagnostics;
using VideoStyle.Core.Pipeline;
using VideoStyle.Networks.Arbitrary;

namespace VideoStyle.Cli.Output;

/// <summary>Reports a conversion as JSON events on standard output, progress about once a second.</summary>
internal sealed class JsonReporter(StylerOptions options) : ConversionReporter(options)
{
    private long _lastProgress;

    protected override void Started(ConversionStarted started)
    {
        JsonLine.Write(new
        {
            v = 1,
            type = "started",
            input = started.Input,
            output = started.Output,
            style = Options.Style.Name,
            stylizer = started.Stylizer,
            coherence = Options.Mode,
            width = started.Video.Width,
            height = started.Video.Height,
            frames = Frames,
        });
    }

    protected override void Noted(string note) => JsonLine.Write(new { v = 1, type = "note", message = note });

    protected override void Chosen(StyleChoice choice) =>
        JsonLine.Write(new { v = 1, type = "style", shot = choice.Shot, seconds = choice.Begin.TotalSeconds, pictures = choice.Images.Select(i => new { i.Path, share = i.Weight, likeness = i.Similarity, alikeIn = i.SimilarIn }) });

    protected override void Progressed(PipelineReport report)
    {
        if (_lastProgress != 0 && Stopwatch.GetElapsedTime(_lastProgress).TotalSeconds < 1)
            return;
        _lastProgress = Stopwatch.GetTimestamp();
        JsonLine.Write(new
        {
            v = 1,
            type = "progress",
            frame = report.FramesWritten,
            fps = Math.Round(Pace.FramesPerSecond ?? report.FramesPerSecond, 2),
            etaSeconds = Pace.Left(Frames) is { } eta ? Math.Round(eta.TotalSeconds, 1) : (double?)null,
            slowest = report.Times.Slowest,
        });
    }

    public override void Finished(ConversionResult result) =>
        JsonLine.Write(new
        {
            v = 1,
            type = "done",
            output = result.Output,
            frames = result.Report.FramesWritten,
            shots = result.Report.Shots,
            seconds = Math.Round(result.Report.Elapsed.TotalSeconds, 3),
            fps = Math.Round(result.Report.FramesPerSecond, 2),
            busySeconds = Enum.GetValues<PipelineStage>().ToDictionary(
                s => s.ToString().ToLowerInvariant(), s => Math.Round(result.Report.Times.Busy(s).TotalSeconds, 3), StringComparer.Ordinal),
            shares = result.Report.Shares is { } shares
                ? new { followed = Math.Round(shares.Followed, 4), repainted = Math.Round(shares.Repainted, 4), disoccluded = Math.Round(shares.Disoccluded, 4) }
                : null,
            peakMemoryMiB = MemoryUse.PeakMiB(),
        });
}
