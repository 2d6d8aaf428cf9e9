using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using Spectre.Console;
using VideoStyle.Cli.Binding;
using VideoStyle.Cli.Output;
using VideoStyle.Engines;

namespace VideoStyle.Cli.Commands;

/// <summary><c>videostyle bench [INPUT]</c>.</summary>
internal static class BenchCommand
{
    private static readonly Argument<string?> Input = new("input") { Description = "The clip to measure on. Default: a synthetic one of 1280x720.", Arity = ArgumentArity.ZeroOrOne };

    private const string SecondHalf = "2nd half";

    private static readonly OptionBinder<StylerOptions> Options = new("force", "resume", "segment", "compare");

    private static readonly Option<int> Frames = new("--frames") { Description = "Frames of the synthetic clip, and most frames of a step alone.", DefaultValueFactory = _ => 60, HelpName = "N" };

    private static readonly Option<int> Runs = new("--runs") { Description = "Rounds; medians and extremes are printed.", DefaultValueFactory = _ => 3, HelpName = "N" };

    private static readonly Option<bool> Json = new("--json") { Description = "Write the result as one JSON object to standard output." };

    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        Input.Validators.Add(Arguments.RefuseOptionLike);
        Frames.Validators.Add(Arguments.InRange(4, 100_000));
        Runs.Validators.Add(Arguments.InRange(1, 100));
        Command command = new("bench", "Measures how fast this machine paints: each step alone and the whole pipeline.") { Input };
        Options.AddTo(command);
        foreach (var option in (Option[])[Frames, Runs, Json])
            command.Options.Add(option);
        command.Add(FlowBenchCommand.Create());
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        var options = Options.Read(parse, new StylerOptions());
        var input = parse.GetValue(Input);
        using VideoStyler styler = new(options);
        var rounds = await styler.BenchmarkAsync(input, parse.GetValue(Runs), parse.GetValue(Frames), cancellationToken).ConfigureAwait(false);
        Print(rounds, options, input ?? "synthetic 1280x720", parse.GetValue(Json));
        return ExitCode.Success;
    }

    private static void Print(IReadOnlyList<IReadOnlyDictionary<string, StepCost>> rounds, StylerOptions options, string clip, bool json)
    {
        var steps = rounds[0].Keys.Select(step => (Step: step, Times: Sorted(step, c => c.WallMs))).ToList();
        var median = steps.ToDictionary(s => s.Step, s => Middle(s.Times), StringComparer.Ordinal);
        var cpu = steps.ToDictionary(s => s.Step, s => Middle(Sorted(s.Step, c => c.CpuMs)), StringComparer.Ordinal);
        var allocated = steps.ToDictionary(s => s.Step, s => Middle(Sorted(s.Step, c => c.AllocatedKiB)), StringComparer.Ordinal);
        var sum = median.Where(m => m.Key is not ("pipeline" or SecondHalf)).Sum(m => m.Value);
        var flow = options.Coherence.Flow ?? FlowEstimators.DefaultFor(options.Mode);
        var machine = $"{RuntimeInformation.OSDescription}, {Core.Counted.Of(Environment.ProcessorCount, "core")}";
        if (json)
        {
            JsonLine.Write(new
            {
                v = 1,
                type = "bench",
                clip,
                style = options.Style.Name,
                coherence = options.Mode,
                flow,
                machine,
                runs = rounds.Count,
                msPerFrame = steps.ToDictionary(s => s.Step, s => new { median = median[s.Step], least = s.Times[0], most = s.Times[^1], cpu = cpu[s.Step], allocatedKiB = allocated[s.Step] }, StringComparer.Ordinal),
                fps = 1000 / median["pipeline"],
                pipelineToSum = median["pipeline"] / sum,
                peakMemoryMiB = MemoryUse.PeakMiB(),
            });
            return;
        }

        var table = new Table().AddColumns("step", "ms a frame", "least", "most", "cpu ms", "KiB allocated").RoundedBorder();
        foreach (var (step, times) in steps)
            table.AddRow(step, Number(median[step]), Number(times[0]), Number(times[^1]), Number(cpu[step]), Number(allocated[step]));
        AnsiConsole.Write(table);
        Console.Out.WriteLine($"{clip}, {options.Style.Name}, coherence {options.Mode.ToString().ToLowerInvariant()}, {flow}, {machine}");
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"pipeline {1000 / median["pipeline"]:0.0} fps, {median["pipeline"] / sum:0.00} of the steps one after another ({sum:0.0} ms); peak memory {MemoryUse.PeakMiB()} MiB"));

        double[] Sorted(string step, Func<StepCost, double> part) => [.. rounds.Select(r => part(r[step])).Order()];

        static double Middle(double[] sorted) => sorted[sorted.Length / 2];

        static string Number(double ms) => ms.ToString("0.0", CultureInfo.InvariantCulture);
    }
}
