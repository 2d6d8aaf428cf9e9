using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Spectre.Console;
using VideoStyle.Cli.Measuring;
using VideoStyle.Cli.Output;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Flow;
using VideoStyle.Core.Media;
using VideoStyle.Engines;
using VideoStyle.Native;
using VideoStyle.Native.Vision;

namespace VideoStyle.Cli.Commands;

/// <summary><c>videostyle bench flow FRAME1 FRAME2 TRUTH</c>, or <c>CLIP…</c>: how exact and how fast the flow estimators are.</summary>
internal static class FlowBenchCommand
{
    private const int Repetitions = 9;

    private static readonly Argument<string[]> Paths = new("paths")
    {
        Description = "Two pictures and the true flow from the first to the second, .flo or KITTI .png, as Middlebury's other-data has them. Or folders of clips with known motion: clip.mkv, flow1/NNNN.flo and valid1/NNNN.png in each.",
        Arity = ArgumentArity.OneOrMore,
        HelpName = "FRAME1 FRAME2 TRUTH | CLIP...",
    };

    private static readonly Option<string[]> Estimators = new("--flow") { Description = "The estimators to measure. Default: all that this machine has.", HelpName = "NAME", AllowMultipleArgumentsPerToken = true };

    private static readonly Option<int> Pairs = new("--pairs") { Description = "Pairs of frames of each clip.", DefaultValueFactory = _ => 4, HelpName = "N" };

    private static readonly Option<bool> Json = new("--json") { Description = "Write one JSON object an estimator to standard output." };

    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        Estimators.AcceptOnlyFromAmong([.. FlowEstimators.Names]);
        Pairs.Validators.Add(Arguments.InRange(1, 100_000));
        Command command = new("flow", "Measures flow estimators against known motion.") { Paths, Estimators, Pairs, Json };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parse)
    {
        VideoStyleNative.Require(NativeUnits.Media | NativeUnits.Vision);
        var pairs = Read(parse.GetRequiredValue(Paths), parse.GetValue(Pairs));
        var names = parse.GetValue(Estimators) is { Length: > 0 } given ? given : [.. FlowEstimators.Available];
        var table = new Table().RoundedBorder().AddColumn("estimator");
        foreach (var column in (string[])["error px", "over 1 px", "over 3 px", "motion < 8 px", "< 20", "< 40", "more", "ms"])
            table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var name in names)
        {
            using var estimator = FlowEstimators.Create(name);
            var (error, milliseconds) = Measure(estimator, pairs);
            if (parse.GetValue(Json))
                JsonLine.Write(new { v = 1, type = "flow-error", name, estimator = estimator.Description, endPointErrorPx = error.MeanPx, over1Px = error.Over1Px, over3Px = error.Over3Px, byMotionPx = error.ByMotionPx.Select(e => double.IsFinite(e) ? e : (double?)null), error.KnownPixels, milliseconds });
            table.AddRow([
                estimator.Description,
                Number(error.MeanPx, "0.000"),
                Percent(error.Over1Px),
                Percent(error.Over3Px),
                .. error.ByMotionPx.Select(e => double.IsFinite(e) ? Number(e, "0.00") : "–"),
                Number(milliseconds, "0.0"),
            ]);
        }

        if (!parse.GetValue(Json))
            AnsiConsole.Write(table);
        return ExitCode.Success;
    }

    private static List<KnownFlow> Read(string[] paths, int pairs)
    {
        if (Array.TrueForAll(paths, Directory.Exists))
            return [.. paths.SelectMany(p => KnownFlow.ReadClip(p, pairs))];
        return paths.Length == 3
            ? [KnownFlow.Read(paths[0], paths[1], paths[2])]
            : throw new VideoStyleException(ErrorKind.Usage, "Flow is measured on two pictures and their flow, or on folders of clips.", "Type: videostyle bench flow FRAME1 FRAME2 TRUTH");
    }

    /// <summary>The errors over all pairs, and the median time of an estimate, half of that of both directions.</summary>
    private static (EndPointError Error, double Milliseconds) Measure(IFlowEstimator estimator, List<KnownFlow> pairs)
    {
        var sum = new EndPointErrorSum();
        var times = new List<double>();
        foreach (var pair in pairs)
        {
            sum.Add(estimator.Estimate(pair.First, pair.Second), pair.Truth);
            for (var i = 0; i < Math.Max(1, Repetitions / pairs.Count); i++)
            {
                // As between the frames of a video: one image is new, and both directions are estimated.
                var next = new LumaImage(pair.Second.Width, pair.Second.Height, pair.Second.Pixels);
                var start = Stopwatch.GetTimestamp();
                FlowBuffers.Return(estimator.Estimate(pair.First, next).Vectors);
                FlowBuffers.Return(estimator.Estimate(next, pair.First).Vectors);
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds / 2);
            }
        }

        times.Sort();
        return (sum.Mean, times[times.Count / 2]);
    }

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private static string Percent(double share) => $"{Number(100 * share, "0.0")} %";
}
