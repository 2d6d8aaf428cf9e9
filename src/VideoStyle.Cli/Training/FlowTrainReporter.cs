using System.Globalization;
using VideoStyle.Cli.Output;
using VideoStyle.Native.Vision;
using VideoStyle.Training;
using VideoStyle.Training.Flow;

namespace VideoStyle.Cli.Training;

/// <summary>Reports the progress of a flow training: a line every 100 steps, and one for each validation.</summary>
internal sealed class FlowTrainReporter(FlowTrainingOptions options, bool json)
{
    private const int MaxNames = 5;

    public void Started(int photos, IReadOnlyCollection<string> skipped, EndPointError? dis)
    {
        if (json)
            JsonLine.Write(new { v = 1, type = "started", output = options.Output, photos, skipped = skipped.Count, steps = options.Steps, seconds = options.Steps is null ? options.Time.TotalSeconds : (double?)null, dis = Fields(dis) });
        if (skipped.Count > 0)
            Console.Error.WriteLine($"note: {skipped.Count} files were skipped, unreadable or smaller than 64 pixels: {string.Join(", ", skipped.Take(MaxNames))}{(skipped.Count > MaxNames ? ", …" : "")}");
        var length = options.Steps is { } steps ? $"{steps} steps" : Summary.Time(options.Time);
        Console.Error.WriteLine($"{options.Output}: training on {photos} photos for {length}; Ctrl+C saves, --resume goes on");
        if (dis is not null)
            Console.Error.WriteLine($"for comparison, DIS medium: {Text(dis)}");
    }

    public void Progressed(FlowTrainingProgress progress)
    {
        if (json)
        {
            JsonLine.Write(new { v = 1, type = "progress", step = progress.Step, secondsPerStep = progress.SecondsPerStep, etaSeconds = progress.Remaining.TotalSeconds, losses = progress.Losses, validation = Fields(progress.Validation), refined = Fields(progress.Refined) });
            return;
        }

        var losses = progress.Losses.Select(l => string.Create(CultureInfo.InvariantCulture, $"{l.Key} {l.Value:0.000}"));
        Console.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"step {progress.Step}, {progress.SecondsPerStep:0.00} s a step, {Summary.Time(progress.Remaining)} left: {string.Join(", ", losses)}"
        ));
        if (progress.Validation is { } validation)
            Console.Error.WriteLine($"validation at step {progress.Step}: {Text(validation)}{(progress.Refined is { } refined ? $"; refined by DIS: {Text(refined)}" : "")}");
    }

    public void Finished(TrainingResult result)
    {
        if (json)
            JsonLine.Write(new { v = 1, type = "done", steps = result.Steps, seconds = result.Elapsed.TotalSeconds, losses = result.Losses, output = options.Output });
        else
            Console.Out.WriteLine(options.Output);
        Console.Error.WriteLine($"{result.Steps} steps in {Summary.Time(result.Elapsed)}");
    }

    private static string Text(EndPointError scores) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{scores.MeanPx:0.000} px, {100 * scores.Over1Px:0.0} % over 1 px (by motion below 8, 20, 40 px and above: {string.Join(", ", scores.ByMotionPx.Select(e => e.ToString("0.00", CultureInfo.InvariantCulture)))})");

    // JSON has no NaN.
    private static object? Fields(EndPointError? scores) =>
        scores is null ? null : new { meanPx = Finite(scores.MeanPx), over1Px = Finite(scores.Over1Px), byMotionPx = scores.ByMotionPx.Select(Finite) };

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
