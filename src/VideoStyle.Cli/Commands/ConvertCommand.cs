using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using VideoStyle.Cli.Binding;
using VideoStyle.Cli.Converting;
using VideoStyle.Cli.Output;
using VideoStyle.Converting;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Stylizers;
using VideoStyle.Native.Media;

namespace VideoStyle.Cli.Commands;

/// <summary><c>videostyle convert INPUT... [OUTPUT]</c>.</summary>
internal static class ConvertCommand
{
    private const int DefaultPreview = 5;

    private static readonly Argument<string[]> Paths = new("paths")
    {
        Description = "Inputs, and behind them the output. An input is a video, an image, a folder or pattern of images (frame_%05d.png), a URL (rtsp, rtmp, srt, udp, tcp, http, https), or - for standard input. "
            + "The output is a file whose extension picks the container, a folder for any number of inputs, a pattern for images, or - for NUT on standard output. "
            + "One input alone is painted beside itself, with the style's name before its extension.",
        Arity = ArgumentArity.OneOrMore,
        HelpName = "INPUT... OUTPUT",
    };

    private static readonly OptionBinder<StylerOptions> Options = new();

    private static readonly Option<int?> PreviewFrames = new("--preview")
    {
        Description = $"Only paint N frames, spread over the clip, into one sheet, and predict the time. Default: {DefaultPreview}.",
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = ParsePreview,
        HelpName = "N",
    };

    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Only tell what would be done, how large it would be and what is free." };

    private static readonly Option<bool> SkipExisting = new("--skip-existing") { Description = "Take an output that is there for done." };

    private static readonly Option<bool> Json = new("--json") { Description = "Write events as one JSON object a line to standard output." };

    private static readonly Option<bool> Benchmark = new("--benchmark") { Description = "Tell at the end how long each step was busy and how much memory was used." };

    private static readonly Option<bool> Verbose = new("--verbose") { Description = "Print the stack trace of a defect." };

    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        Paths.Validators.Add(Arguments.RefuseOptionLike);
        Command command = new("convert", "Paints videos, steadily, and keeps their sound and everything else.") { Paths };
        Options.AddTo(command);
        foreach (var option in (Option[])[PreviewFrames, DryRun, SkipExisting, Json, Benchmark, Verbose])
            command.Options.Add(option);
        command.SetAction(RunAsync);
        return command;
    }

    /// <summary>Whether arguments look as if something were to be stylized, judged before they are parsed.</summary>
    public static bool Stylizes(string[] args) =>
        args is ["convert", _, ..] && !Array.Exists(args, a => a is "--help" or "-h" or "-?" or "--dry-run" or IdentityStylizer.Name);

    private static async Task<int> RunAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        var json = parse.GetValue(Json);
        var paths = parse.GetRequiredValue(Paths);
        var options = Options.Read(parse, new StylerOptions());
        options = options with { Output = options.Output with { CreateFolder = paths.Length > 1 && OutputPaths.IsFolder(paths[^1]) } };
        var isPreview = parse.GetResult(PreviewFrames) is not null;
        if (!options.Output.Overwrite && !parse.GetValue(SkipExisting) && !isPreview)
            OutputPaths.RefuseSecondInput(paths);
        using VideoStyler styler = new(options);
        var pairs = OutputPaths.Pair(paths, options.Style.Label());
        if (json && pairs.Any(pair => pair.Output is "-"))
            throw new VideoStyleException(ErrorKind.Usage, "--json and the output - both want standard output.", "Write to a file, or leave --json out.");
        Batch batch = new(
            json,
            parse.GetValue(SkipExisting),
            options.Output.Resume,
            parse.GetValue(DryRun) ? PlanAsync : isPreview ? PreviewAsync : ConvertAsync);
        return await batch.RunAsync(pairs, cancellationToken).ConfigureAwait(false);

        Task PlanAsync((string Input, string Output) pair, CancellationToken token)
        {
            PlanText.Write(styler.Plan(pair.Input, pair.Output), options.Style.Name, json);
            return Task.CompletedTask;
        }

        async Task PreviewAsync((string Input, string Output) pair, CancellationToken token)
        {
            var (sheet, time) = await styler.PreviewAsync(pair.Input, pair.Output, parse.GetValue(PreviewFrames) ?? DefaultPreview, token).ConfigureAwait(false);
            var input = StreamUrl.Shown(pair.Input);
            if (json)
                JsonLine.Write(new { v = 1, type = "preview", input, sheet, predictedSeconds = time is { } t ? Math.Round(t.TotalSeconds, 1) : (double?)null });
            else
                Console.Out.WriteLine(sheet);
            if (time is { } predicted)
                Chatter.WriteLine($"{input}: painting all of it takes about {Summary.Time(predicted)}");
        }

        async Task ConvertAsync((string Input, string Output) pair, CancellationToken token)
        {
            using var reporter = ConversionReporter.For(options, json, parse.GetValue(Benchmark));
            reporter.Finished(await styler.ConvertAsync(pair.Input, pair.Output, reporter, token).ConfigureAwait(false));
        }
    }

    private static int? ParsePreview(ArgumentResult result)
    {
        if (result.Tokens is not [{ Value: var text }])
            return DefaultPreview;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= Preview.MaxFrames)
            return count;
        result.AddError($"--preview takes 1 to {Preview.MaxFrames} frames, not '{text}'; put it behind the names of the files.");
        return null;
    }
}
