using System.Globalization;
using VideoStyle.Cli.Output;
using VideoStyle.Core;
using VideoStyle.Training;

namespace VideoStyle.Cli.Training;

/// <summary>Says how a training run stands: a line every 50 steps, which suits a terminal and a log alike.</summary>
internal sealed class TrainReporter(TrainingOptions options, bool json)
{
    public void Started(int contentFiles)
    {
        if (json)
            JsonLine.Write(new { v = 1, type = "started", output = options.Output, content = contentFiles, steps = options.Steps, seconds = options.Steps is null ? options.Time.TotalSeconds : (double?)null, preview = options.PreviewPath });
        var length = options.Steps is { } steps ? Counted.Of(steps, "step") : Summary.Time(options.Time);
        Chatter.WriteLine($"{options.Output}: training on {Counted.Of(contentFiles, "file")} for {length}; Ctrl+C saves, --resume goes on");
        Chatter.WriteLine($"preview: {options.PreviewPath}");
    }

    public void Progressed(TrainingProgress progress)
    {
        if (json)
            JsonLine.Write(new { v = 1, type = "progress", step = progress.Step, secondsPerStep = progress.SecondsPerStep, etaSeconds = progress.Remaining.TotalSeconds, losses = progress.Losses, preview = progress.Preview });
        else
            Chatter.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"step {progress.Step}, {progress.SecondsPerStep:0.00} s a step, {Summary.Time(progress.Remaining)} left: {Losses(progress.Losses)}{(progress.Preview ? "; preview renewed" : "")}"
            ));
    }

    public void Finished(TrainingResult result, IReadOnlyCollection<string> unreadable)
    {
        if (unreadable.Count > 0)
            Console.Error.WriteLine($"note: {Counted.Of(unreadable.Count, "file")} could not be decoded and {(unreadable.Count == 1 ? "was" : "were")} skipped: {string.Join(", ", unreadable.Take(5))}{(unreadable.Count > 5 ? ", …" : "")}");
        if (!result.Completed)
            return;
        if (json)
            JsonLine.Write(new { v = 1, type = "done", steps = result.Steps, seconds = result.Elapsed.TotalSeconds, losses = result.Losses, quality = result.Quality, skipped = unreadable.Count, output = options.Output });
        else
            Console.Out.WriteLine(options.Output);
        var took = $"{Counted.Of(result.Steps, "step")} in {Summary.Time(result.Elapsed)}";
        if (result.Quality is { IsUsable: false } quality)
            Console.Error.WriteLine(Unusable(took, quality));
        else
            Chatter.WriteLine($"{took}{Quality(result.Quality)}; try it: videostyle convert in.mp4 out.mp4 --style {(options.IsSanet ? $"painting.jpg --arbitrary-method {options.Output}" : options.Output)}");
    }

    private static string Quality(TrainingQuality? quality) =>
        quality is { } known ? string.Create(CultureInfo.InvariantCulture, $", {100 * (1 - known.Style):0} % of the way from the photos to the style") : "";

    // A training that was too short ends in gray or in noise, and says so.
    private string Unusable(string took, TrainingQuality quality)
    {
        var why = quality.Style > quality.Content
            ? string.Create(CultureInfo.InvariantCulture, $"its style is {100 * Math.Max(0, 1 - quality.Style):0} % of the way from the photos to the style image")
            : "little of the photos can be recognized";
        var longer = options.Base is null ? "Train longer (--time 20m), or begin with a finished style (--base starry_night --time 5m)" : "Train longer (--time 20m)";
        return $"note: {took}; {options.Output} is not usable yet: {why}. {longer}; {options.PreviewPath} shows what it does.";
    }

    private static string Losses(IReadOnlyDictionary<string, double> losses)
    {
        var style = losses.Where(l => l.Key.StartsWith("style", StringComparison.Ordinal)).Sum(l => l.Value);
        var others = losses.Where(l => !l.Key.StartsWith("style", StringComparison.Ordinal) && l.Key is not "total").Select(l => string.Create(CultureInfo.InvariantCulture, $", {l.Key} {l.Value:0.000}"));
        return string.Create(CultureInfo.InvariantCulture, $"loss {losses.GetValueOrDefault("total"):0.000} (style {style:0.000}{string.Concat(others)})");
    }
}
