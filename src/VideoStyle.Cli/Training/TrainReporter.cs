using System.Globalization;
using VideoStyle.Cli.Output;
using VideoStyle.Training;

namespace VideoStyle.Cli.Training;

/// <summary>Says how a training run stands: a line every 50 steps, which suits a terminal and a log alike.</summary>
internal sealed class TrainReporter(TrainingOptions options, bool json)
{
    public void Started(int contentFiles)
    {
        if (json)
            JsonLine.Write(new { v = 1, type = "started", output = options.Output, content = contentFiles, steps = options.Steps, seconds = options.Steps is null ? options.Time.TotalSeconds : (double?)null, preview = options.PreviewPath });
        var length = options.Steps is { } steps ? $"{steps} steps" : Summary.Time(options.Time);
        Console.Error.WriteLine($"{options.Output}: training on {contentFiles} files for {length}; Ctrl+C saves, --resume goes on");
        Console.Error.WriteLine($"preview: {options.PreviewPath}");
    }

    public void Progressed(TrainingProgress progress)
    {
        if (json)
            JsonLine.Write(new { v = 1, type = "progress", step = progress.Step, secondsPerStep = progress.SecondsPerStep, etaSeconds = progress.Remaining.TotalSeconds, losses = progress.Losses, preview = progress.Preview });
        else
            Console.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"step {progress.Step}, {progress.SecondsPerStep:0.00} s a step, {Summary.Time(progress.Remaining)} left: {Losses(progress.Losses)}{(progress.Preview ? "; preview renewed" : "")}"
            ));
    }

    public void Finished(TrainingResult result, IReadOnlyCollection<string> unreadable)
    {
        if (unreadable.Count > 0)
            Console.Error.WriteLine($"note: {unreadable.Count} files could not be decoded and were skipped: {string.Join(", ", unreadable.Take(5))}{(unreadable.Count > 5 ? ", …" : "")}");
        if (!result.Completed)
            return;
        if (json)
            JsonLine.Write(new { v = 1, type = "done", steps = result.Steps, seconds = result.Elapsed.TotalSeconds, losses = result.Losses, skipped = unreadable.Count, output = options.Output });
        else
            Console.Out.WriteLine(options.Output);
        Console.Error.WriteLine($"{result.Steps} steps in {Summary.Time(result.Elapsed)}; try it: videostyle convert in.mp4 out.mp4 --style {(options.IsSanet ? $"painting.jpg --any-style {options.Output}" : options.Output)}");
    }

    private static string Losses(IReadOnlyDictionary<string, double> losses)
    {
        var style = losses.Where(l => l.Key.StartsWith("style", StringComparison.Ordinal)).Sum(l => l.Value);
        var others = losses.Where(l => !l.Key.StartsWith("style", StringComparison.Ordinal) && l.Key is not "total").Select(l => string.Create(CultureInfo.InvariantCulture, $", {l.Key} {l.Value:0.000}"));
        return string.Create(CultureInfo.InvariantCulture, $"loss {losses.GetValueOrDefault("total"):0.000} (style {style:0.000}{string.Concat(others)})");
    }
}
