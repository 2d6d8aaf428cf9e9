using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Spectre.Console;
using VideoStyle.Cli.Measuring;
using VideoStyle.Core.Flow;
using VideoStyle.Metrics;
using VideoStyle.Metrics.Reports;
using VideoStyle.Metrics.Warping;
using VideoStyle.Native.Vision;

namespace VideoStyle.Cli.Commands;

/// <summary><c>videostyle measure SOURCE STYLIZED…</c>.</summary>
internal static class MeasureCommand
{
    private static readonly Argument<string> Source = new("source") { Description = "The clip that the others were made from: a video, or a folder of pictures." };

    private static readonly Argument<string[]> Outputs = new("stylized") { Description = "The results to judge, of any tool.", Arity = ArgumentArity.OneOrMore };

    private static readonly Option<string?> PerFrame = new("--per-frame") { Description = "The same style painted frame by frame; ratios refer to it.", HelpName = "FILE" };

    private static readonly Option<WarpProfile[]> Profiles = new("--profiles")
    {
        Description = "Whose warping error, comma-separated: lai18, ruder16, ruder18, estab.",
        DefaultValueFactory = _ => [.. new MeasureSettings().Profiles],
        CustomParser = result => List(result, (string text, out WarpProfile profile) => Enum.TryParse(text, ignoreCase: true, out profile) && !char.IsDigit(text[0])),
        HelpName = "LIST",
    };

    private static readonly Option<Lag[]> Lags = new("--lags")
    {
        Description = $"Frames between the two of a pair, comma-separated: 1 to {Lag.Max}, or first.",
        DefaultValueFactory = _ => [.. new MeasureSettings().Lags],
        CustomParser = result => List<Lag>(result, Lag.TryParse),
        HelpName = "LIST",
    };

    private static readonly Option<bool> Chained = new("--chained") { Description = "Put flow over several frames together from neighbours instead of estimating it directly." };

    private static readonly Option<string> Flow = new("--flow")
    {
        Description = $"The estimator that judges: {string.Join(", ", FlowNames.All)}. It should not be the one that blended.",
        DefaultValueFactory = _ => FlowNames.Of(FlowMethod.Farneback),
        HelpName = "NAME",
    };

    private static readonly Option<string?> FlowFrom = new("--flow-from") { Description = "Read flow (FROM-TO.flo, or KITTI FROM-TO.png) and masks (FROM-TO.mask.png) from a folder.", HelpName = "DIR" };

    private static readonly Option<string?> FlowCache = new("--flow-cache") { Description = "Keep estimated flow and masks in a folder, and use what is there.", HelpName = "DIR" };

    private static readonly Option<double> CutThreshold = new("--cut-threshold") { Description = "From which difference on a new shot begins: over 0, to 1.", DefaultValueFactory = _ => SceneCutDetector.DefaultThreshold, HelpName = "X" };

    private static readonly Option<bool> IgnoreTiming = new("--ignore-timing") { Description = "Match frames by number alone. Folders of pictures always are." };

    private static readonly Option<int?> Frames = new("--frames") { Description = "Stop after this many frames.", HelpName = "N" };

    private static readonly Option<int> TofEvery = new("--tof-every") { Description = "Compute tOF for every N-th pair; 0 leaves it out.", DefaultValueFactory = _ => new MeasureSettings().TofEvery, HelpName = "N" };

    private static readonly Option<string?> StyleImage = new("--style-image") { Description = "The painting that the outputs are after, for the style distance.", HelpName = "FILE" };

    private static readonly Option<string?> LpipsBackbone = new("--lpips-backbone") { Description = "torchvision's AlexNet (.pth), for LPIPS and tLP.", HelpName = "FILE" };

    private static readonly Option<string?> LpipsHeads = new("--lpips-heads") { Description = "LPIPS's linear heads v0.1 for AlexNet (alex.pth).", HelpName = "FILE" };

    private static readonly Option<int> NetworkEvery = new("--network-every") { Description = "Compute the distances that need a network at every N-th frame.", DefaultValueFactory = _ => new MeasureSettings().NetworkEvery, HelpName = "N" };

    private static readonly Option<string?> Csv = new("--csv") { Description = "Write the values of every frame.", HelpName = "FILE" };

    private static readonly Option<string?> Report = new("--report") { Description = "Write a page with curves and the worst pairs as pictures.", HelpName = "DIR" };

    private static readonly Option<double?> MaxWarpError = new("--max-warp-error") { Description = "End with exit code 8 where an output's error is larger (first profile, first lag).", HelpName = "X" };

    private static readonly Option<double?> MaxRatio = new("--max-ratio") { Description = "The same for its ratio to --per-frame.", HelpName = "X" };

    private static readonly Option<double?> MinSharpness = new("--min-sharpness") { Description = "The same for a sharpness ratio to --per-frame that is smaller.", HelpName = "X" };

    private static readonly Option<bool> Force = new("--force", "-f") { Description = "Replace existing files." };

    private static readonly Option<bool> Json = new("--json") { Description = "Write the report as one JSON object to standard output." };

    private static readonly Option<bool> Verbose = new("--verbose") { Description = "Print the stack trace of a defect." };

    private delegate bool Parser<T>(string text, out T value);

    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        Source.Validators.Add(Arguments.RefuseOptionLike);
        Outputs.Validators.Add(Arguments.RefuseOptionLike);
        Flow.AcceptOnlyFromAmong([.. FlowNames.All]);
        Frames.Validators.Add(Arguments.InRange(2, int.MaxValue));
        NetworkEvery.Validators.Add(Arguments.InRange(1, 1_000_000));
        TofEvery.Validators.Add(Arguments.InRange(0, 1_000_000));
        CutThreshold.Validators.Add(result => RequireNumber(result, value => value is > 0 and <= 1, "a number over 0 and up to 1"));
        foreach (var limit in (Option<double?>[])[MaxWarpError, MaxRatio, MinSharpness])
            limit.Validators.Add(result => RequireNumber(result, value => value is >= 0 and < double.PositiveInfinity, "a number of 0 or more"));
        Command command = new("measure", "Says how steady paintings are, with numbers that can be set beside the literature's.")
        {
            Source, Outputs, PerFrame, Profiles, Lags, Chained, Flow, FlowFrom, FlowCache, CutThreshold, IgnoreTiming, Frames,
            TofEvery, StyleImage, LpipsBackbone, LpipsHeads, NetworkEvery, Csv, Report, MaxWarpError, MaxRatio, MinSharpness, Force, Json, Verbose,
        };
        command.Validators.Add(RefuseContradictions);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        var report = parse.GetValue(Report);
        MeasureOptions options = new()
        {
            Source = parse.GetRequiredValue(Source),
            Stylized = parse.GetRequiredValue(Outputs),
            PerFrame = parse.GetValue(PerFrame),
            Settings = new MeasureSettings
            {
                Profiles = parse.GetRequiredValue(Profiles),
                Lags = parse.GetRequiredValue(Lags),
                ComposeFlow = parse.GetValue(Chained),
                CutThreshold = parse.GetValue(CutThreshold),
                IgnoreTiming = parse.GetValue(IgnoreTiming),
                MaxFrames = parse.GetValue(Frames),
                TofEvery = parse.GetValue(TofEvery),
                NetworkEvery = parse.GetValue(NetworkEvery),
            },
            Flow = new FlowOptions
            {
                Method = FlowNames.Parse(parse.GetRequiredValue(Flow)),
                FromFolder = parse.GetValue(FlowFrom),
                CacheFolder = parse.GetValue(FlowCache),
            },
            Networks = new NetworkOptions
            {
                StyleImage = parse.GetValue(StyleImage),
                LpipsBackbone = parse.GetValue(LpipsBackbone),
                LpipsHeads = parse.GetValue(LpipsHeads),
            },
            Report = new ReportOptions
            {
                CsvFile = parse.GetValue(Csv),
                PageFolder = report,
                Overwrite = parse.GetValue(Force),
            },
        };

        var json = parse.GetValue(Json);
        MeasureResult result;
        using (MeasureProgress progress = new(quiet: json))
            result = await Measurer.MeasureAsync(options, progress, cancellationToken).ConfigureAwait(false);
        if (json)
            Console.Out.WriteLine(MetricsJson.Serialize(result.Report));
        else
            MeasureTable.Write(result, StandardOutput());
        if (report is not null)
            Console.Error.WriteLine($"report: {Path.Combine(report, HtmlReport.PageName)}");
        return CheckLimits(result.Report, parse);
    }

    private static int CheckLimits(MetricsReport report, ParseResult parse)
    {
        var exceeded = 0;
        foreach (var clip in report.Outputs)
        {
            var error = clip.WarpingError[0];
            var name = $"the {error.Profile.ToString().ToLowerInvariant()} warping error at lag {error.Lag}";
            Check(clip, name, error.Value, parse.GetValue(MaxWarpError), above: true);
            Check(clip, $"the ratio of {name} to per frame", error.RatioToPerFrame, parse.GetValue(MaxRatio), above: true);
            Check(clip, "the sharpness ratio", clip.Figure("sharpnessRatio"), parse.GetValue(MinSharpness), above: false);
        }

        return exceeded == 0 ? ExitCode.Success : ExitCode.OverThreshold;

        void Check(ClipReport clip, string name, double? value, double? limit, bool above)
        {
            // A figure that could not be computed holds no limit.
            if (limit is null || (value is { } known && (above ? known <= limit : known >= limit)))
                return;
            exceeded++;
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"videostyle: {clip.Name}: {name} is {value?.ToString("0.######", CultureInfo.InvariantCulture) ?? "unknown"}, {(above ? "at most" : "at least")} {limit} is wanted"));
        }
    }

    private static IAnsiConsole StandardOutput()
    {
        if (!Console.IsOutputRedirected)
            return AnsiConsole.Console;
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors });
        console.Profile.Width = 240; // a file has no edge to wrap at
        return console;
    }

    private static void RefuseContradictions(CommandResult result)
    {
        if (result.GetResult(FlowFrom) is { Implicit: false } && (result.GetResult(FlowCache) is { Implicit: false } || result.GetResult(Flow) is { Implicit: false }))
            result.AddError("--flow-from reads all flow from files; it goes with neither --flow nor --flow-cache.");
        if (result.GetValue(LpipsBackbone) is null != result.GetValue(LpipsHeads) is null)
            result.AddError("--lpips-backbone and --lpips-heads go together.");
        if (result.GetValue(PerFrame) is null && (result.GetResult(MaxRatio) is { Implicit: false } || result.GetResult(MinSharpness) is { Implicit: false }))
            result.AddError("--max-ratio and --min-sharpness compare with a per-frame rendering; add --per-frame FILE.");
    }

    private static void RequireNumber(OptionResult result, Func<double, bool> inRange, string expected)
    {
        if (result.Tokens is [{ Value: var text }] && !(double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && inRange(value)))
            result.AddError($"{result.Option.Name} takes {expected}, not {text}.");
    }

    private static T[] List<T>(ArgumentResult result, Parser<T> parser)
    {
        List<T> values = [];
        foreach (var text in result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.TrimEntries)))
        {
            if (text.Length == 0 || !parser(text, out var value))
                result.AddError($"{(result.Parent as OptionResult)?.Option.Name} does not know '{text}'.");
            else if (values.Contains(value))
                result.AddError($"{(result.Parent as OptionResult)?.Option.Name} names '{text}' twice.");
            else
                values.Add(value);
        }

        return [.. values];
    }
}
