using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Spectre.Console;
using VideoStyle.Cli.Binding;
using VideoStyle.Cli.Measuring;
using VideoStyle.Cli.Output;
using VideoStyle.Core.Errors;
using VideoStyle.Metrics;
using VideoStyle.Metrics.Reports;

namespace VideoStyle.Cli.Commands;

/// <summary><c>videostyle measure SOURCE STYLIZED…</c>.</summary>
internal static class MeasureCommand
{
    private static readonly Argument<string> Source = new("source") { Description = "The clip that the others were made from: a video, or a folder of pictures." };

    private static readonly Argument<string[]> Outputs = new("stylized") { Description = "The results to judge, of any tool.", Arity = ArgumentArity.OneOrMore };

    private static readonly OptionBinder<MeasureOptions> Options = new();

    private static readonly Option<double?> MaxWarpError = new("--max-warp-error") { Description = "End with exit code 8 where an output's error is larger (first profile, first lag).", HelpName = "X" };

    private static readonly Option<double?> MaxRatio = new("--max-ratio") { Description = "The same for its ratio to --per-frame.", HelpName = "X" };

    private static readonly Option<double?> MinSharpness = new("--min-sharpness") { Description = "The same for a sharpness ratio to --per-frame that is smaller.", HelpName = "X" };

    private static readonly Option<bool> Json = new("--json") { Description = "Write the report as one JSON object to standard output." };

    private static readonly Option<bool> Verbose = new("--verbose") { Description = "Print the stack trace of a defect." };

    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        Source.Validators.Add(Arguments.RefuseOptionLike);
        Outputs.Validators.Add(Arguments.RefuseOptionLike);
        foreach (var limit in (Option<double?>[])[MaxWarpError, MaxRatio, MinSharpness])
            limit.Validators.Add(result => RequireNumber(result, value => value is >= 0 and < double.PositiveInfinity, "a number of 0 or more"));
        Command command = new("measure", "Says how steady paintings are, with numbers that can be set beside the literature's.") { Source, Outputs };
        Options.AddTo(command);
        foreach (var option in (Option[])[MaxWarpError, MaxRatio, MinSharpness, Json, Verbose])
            command.Options.Add(option);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        var options = Options.Read(parse, new MeasureOptions { Source = parse.GetRequiredValue(Source), Stylized = parse.GetRequiredValue(Outputs) });
        RefuseContradictions(parse, options);
        var json = parse.GetValue(Json);
        MeasureResult result;
        using (MeasureProgress progress = new(quiet: json))
            result = await Measurer.MeasureAsync(options, progress, cancellationToken).ConfigureAwait(false);
        if (json)
            Console.Out.WriteLine(MetricsJson.Serialize(result.Report));
        else
            MeasureTable.Write(result, StandardOutput());
        if (options.Report.PageFolder is { } report)
            Chatter.WriteLine($"report: {Path.Combine(report, HtmlReport.PageName)}");
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

    /// <summary>Standard output as a console; where it is a file, without colours and wide enough for any table.</summary>
    internal static IAnsiConsole StandardOutput()
    {
        if (!Console.IsOutputRedirected)
            return AnsiConsole.Console;
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors });
        console.Profile.Width = 240; // a file has no edge to wrap at
        return console;
    }

    // What the record cannot tell: whether an option was given at all, and options of the command alone.
    private static void RefuseContradictions(ParseResult parse, MeasureOptions options)
    {
        if (options.Flow.FromFolder is not null && Options.IsGiven(parse, "flow"))
            throw new VideoStyleException(ErrorKind.Usage, "--flow-from reads all flow from files; it goes with neither --flow nor --flow-cache.", "Leave one of them out.");
        if (options.PerFrame is null && (parse.GetValue(MaxRatio) is not null || parse.GetValue(MinSharpness) is not null))
            throw new VideoStyleException(ErrorKind.Usage, "--max-ratio and --min-sharpness compare with a per-frame rendering.", "Add --per-frame FILE.");
    }

    private static void RequireNumber(OptionResult result, Func<double, bool> inRange, string expected)
    {
        if (result.Tokens is [{ Value: var text }] && !(double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && inRange(value)))
            result.AddError($"{result.Option.Name} takes {expected}, not {text}.");
    }
}
