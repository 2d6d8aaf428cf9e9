using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using Spectre.Console;
using VideoStyle.Cli.Benchmarking;
using VideoStyle.Cli.Output;
using VideoStyle.Cli.Converting;
using VideoStyle.Core.Pipeline;
using VideoStyle.Native;
using VideoStyle.Networks;

namespace VideoStyle.Cli.Commands;

/// <summary><c>videostyle bench [INPUT]</c>.</summary>
internal static class BenchCommand
{
    private static readonly Argument<string?> Input = new("input") { Description = "The clip to measure on. Default: a synthetic one of 1280x720.", Arity = ArgumentArity.ZeroOrOne };

    private static readonly Option<string> Style = new("--style", "-s") { Description = "A built-in style, a model file or a picture.", DefaultValueFactory = _ => ConversionRequest.DefaultStyle, HelpName = "STYLE" };

    private static readonly Option<string> AnyStyle = new("--any-style") { Description = "How a picture is painted after.", DefaultValueFactory = _ => "auto", HelpName = "METHOD" };

    private static readonly Option<CoherenceMode> Coherence = new("--coherence", "-c") { Description = "off, fast or best.", DefaultValueFactory = _ => CoherenceMode.Fast, HelpName = "MODE" };

    private static readonly Option<string?> Flow = new("--flow") { Description = "The flow estimator. Default: dis-light, with best dis-refined.", HelpName = "NAME" };

    private static readonly Option<int?> PaintEvery = new("--paint-every") { Description = "As of convert: paint at least every Nth frame; 1 paints all. Default: 4 with fast, else 1.", HelpName = "N" };

    private static readonly Option<string> Device = new("--device") { Description = "auto, cpu, cuda or cuda:N.", DefaultValueFactory = _ => "auto", HelpName = "DEVICE" };

    private static readonly Option<Precision> PrecisionOption = new("--precision") { Description = "auto, f32 or bf16.", DefaultValueFactory = _ => Precision.Auto, HelpName = "TYPE" };

    private static readonly Option<int> Frames = new("--frames") { Description = "Frames of the synthetic clip, and most frames of a step alone.", DefaultValueFactory = _ => 60, HelpName = "N" };

    private static readonly Option<int> Runs = new("--runs") { Description = "Rounds; medians and extremes are printed.", DefaultValueFactory = _ => 3, HelpName = "N" };

    private static readonly Option<bool> Json = new("--json") { Description = "Write the result as one JSON object to standard output." };

    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        Input.Validators.Add(Arguments.RefuseOptionLike);
        Flow.AcceptOnlyFromAmong([.. FlowNames.All]);
        PaintEvery.Validators.Add(Arguments.InRange(1, 16));
        Frames.Validators.Add(Arguments.InRange(4, 100_000));
        Runs.Validators.Add(Arguments.InRange(1, 100));
        Command command = new("bench", "Measures how fast this machine paints: each step alone and the whole pipeline.")
        {
            Input, Style, AnyStyle, Coherence, Flow, PaintEvery, Device, PrecisionOption, Frames, Runs, Json,
        };
        command.Add(FlowBenchCommand.Create());
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        VideoStyleNative.Require(NativeUnits.Media | NativeUnits.Vision | NativeUnits.Kernels);
        var synthetic = Path.Combine(Path.GetTempPath(), $"videostyle-bench-{Guid.NewGuid():N}.mp4");
        var input = parse.GetValue(Input);
        try
        {
            if (input is null)
                SyntheticClip.Write(synthetic, 1280, 720, parse.GetValue(Frames));
            ConversionRequest request = new()
            {
                Input = input ?? synthetic,
                Output = "",
                Style = parse.GetRequiredValue(Style),
                AnyStyle = parse.GetRequiredValue(AnyStyle),
                Coherence = parse.GetValue(Coherence),
                Flow = parse.GetValue(Flow) is { } flow ? FlowNames.Parse(flow) : null,
                PaintEvery = parse.GetValue(PaintEvery),
                Device = parse.GetRequiredValue(Device),
                Precision = parse.GetValue(PrecisionOption),
            };
            Benchmark benchmark = new(request, parse.GetValue(Frames));
            List<IReadOnlyDictionary<string, StepCost>> rounds = [];
            for (var run = 0; run < parse.GetValue(Runs); run++)
                rounds.Add(await benchmark.RunAsync(cancellationToken).ConfigureAwait(false));
            Print(rounds, request, input ?? "synthetic 1280x720", parse.GetValue(Json));
            return ExitCode.Success;
        }
        finally
        {
            File.Delete(synthetic);
        }
    }

    private static void Print(List<IReadOnlyDictionary<string, StepCost>> rounds, ConversionRequest request, string clip, bool json)
    {
        var steps = rounds[0].Keys.Select(step => (Step: step, Times: Sorted(step, c => c.WallMs))).ToList();
        var median = steps.ToDictionary(s => s.Step, s => Middle(s.Times), StringComparer.Ordinal);
        var cpu = steps.ToDictionary(s => s.Step, s => Middle(Sorted(s.Step, c => c.CpuMs)), StringComparer.Ordinal);
        var allocated = steps.ToDictionary(s => s.Step, s => Middle(Sorted(s.Step, c => c.AllocatedKiB)), StringComparer.Ordinal);
        var sum = median.Where(m => m.Key is not ("pipeline" or Benchmark.SecondHalf)).Sum(m => m.Value);
        var machine = $"{RuntimeInformation.OSDescription}, {Environment.ProcessorCount} cores";
        if (json)
        {
            JsonLine.Write(new
            {
                v = 1,
                type = "bench",
                clip,
                style = request.Style,
                coherence = request.Coherence,
                flow = FlowNames.Of(request.Estimator),
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
        Console.Out.WriteLine($"{clip}, {request.Style}, coherence {request.Coherence.ToString().ToLowerInvariant()}, {FlowNames.Of(request.Estimator)}, {machine}");
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"pipeline {1000 / median["pipeline"]:0.0} fps, {median["pipeline"] / sum:0.00} of the steps one after another ({sum:0.0} ms); peak memory {MemoryUse.PeakMiB()} MiB"));

        double[] Sorted(string step, Func<StepCost, double> part) => [.. rounds.Select(r => part(r[step])).Order()];

        static double Middle(double[] sorted) => sorted[sorted.Length / 2];

        static string Number(double ms) => ms.ToString("0.0", CultureInfo.InvariantCulture);
    }
}
