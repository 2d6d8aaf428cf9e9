using System.Globalization;
using VideoStyle.Cli.Output;
using VideoStyle.Core;
using VideoStyle.Training.Optimization;

namespace VideoStyle.Cli.Paint;

/// <summary>Says how a painting stands: in place on a terminal, in few lines elsewhere.</summary>
internal sealed class PaintReporter(OptimizationOptions options, bool json)
{
    private double _nextLine = 4;
    private bool _inPlace;

    public void Started(int width, int height, string where)
    {
        if (json)
            JsonLine.Write(new { v = 1, type = "started", output = options.Output, width, height, preview = options.IsVideo ? options.FramesPath : options.PreviewPath });
        Chatter.WriteLine($"{options.Output}: painting {width}x{height}; Ctrl+C saves, --resume goes on; {where}");
    }

    public void Progressed(OptimizationProgress progress)
    {
        if (json)
        {
            JsonLine.Write(new
            {
                v = 1,
                type = "progress",
                frame = progress.Frame,
                frames = progress.Frames,
                level = progress.Level,
                levels = progress.Levels,
                width = progress.Width,
                height = progress.Height,
                iteration = progress.Iteration,
                iterations = progress.Iterations,
                seconds = progress.Elapsed.TotalSeconds,
                etaSeconds = progress.Remaining.TotalSeconds,
                losses = progress.Losses,
                preview = progress.Preview,
            });
            return;
        }

        var last = progress.Iteration == progress.Iterations && (progress.Frames == 1 || (progress.Frame == progress.Frames && progress.Level == progress.Levels));
        if (Console.IsErrorRedirected)
        {
            if (!last && progress.Elapsed.TotalSeconds < _nextLine)
                return;
            _nextLine = Math.Max(_nextLine, 2 * progress.Elapsed.TotalSeconds);
            Chatter.WriteLine(Line(progress));
            return;
        }

        _inPlace = !last;
        Chatter.Write($"\r{Line(progress)}\e[K{(last ? "\n" : "")}");
    }

    /// <summary>Ends the line that is written in place, before something else is written.</summary>
    public void Close()
    {
        if (_inPlace)
            Chatter.WriteLine("");
        _inPlace = false;
    }

    public void Finished(OptimizationResult result)
    {
        Close();
        if (!result.Completed)
            return;
        if (json)
            JsonLine.Write(new { v = 1, type = "done", iterations = result.Iterations, seconds = result.Elapsed.TotalSeconds, losses = result.Losses, peakMiB = MemoryUse.PeakMiB(), output = options.Output });
        else
            Console.Out.WriteLine(options.Output);
        var memory = MemoryUse.PeakMiB() is { } peak ? $", peak memory {peak} MiB" : "";
        Chatter.WriteLine($"{Counted.Of(result.Iterations, "step")} in {Summary.Time(result.Elapsed)}{memory}");
    }

    private static string Line(OptimizationProgress progress)
    {
        var culture = CultureInfo.InvariantCulture;
        var frame = progress.Frames > 1 ? string.Create(culture, $"frame {progress.Frame} of {progress.Frames}, ") : "";
        var level = progress.Levels > 1 && progress.Frames == 1 ? string.Create(culture, $"level {progress.Level} of {progress.Levels} ({progress.Width}x{progress.Height}), ") : "";
        var style = progress.Losses.Where(l => l.Key.StartsWith("style", StringComparison.Ordinal)).Sum(l => l.Value);
        var others = string.Concat(progress.Losses
            .Where(l => l.Key is not "total" && !l.Key.StartsWith("style", StringComparison.Ordinal))
            .Select(l => string.Create(culture, $", {l.Key} {l.Value:0.0000}")));
        return string.Create(
            culture,
            $"{frame}{level}step {progress.Iteration} of {progress.Iterations}, {Summary.Time(progress.Remaining)} left: loss {progress.Losses.GetValueOrDefault("total"):0.0000} (style {style:0.0000}{others})"
        );
    }
}
