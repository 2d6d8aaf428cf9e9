using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using VideoStyle.Cli.Converting;
using VideoStyle.Cli.Output;
using VideoStyle.Core.Color;
using VideoStyle.Core.Compositing;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Core.Pipeline;
using VideoStyle.Core.Stylizers;
using VideoStyle.Networks;
using VideoStyle.Networks.Arbitrary;

namespace VideoStyle.Cli.Commands;

/// <summary><c>videostyle convert INPUT... [OUTPUT]</c>.</summary>
internal static class ConvertCommand
{
    private const int UsualPreview = 5;

    private static readonly Argument<string[]> Paths = new("paths")
    {
        Description = "Inputs, and behind them the output. An input is a video, a picture, a folder or pattern of pictures (frame_%05d.png), or - for standard input. "
            + "The output is a file whose extension picks the container, a folder for any number of inputs, a pattern for pictures, or - for NUT on standard output. "
            + "One input alone is painted beside itself, with the style's name before its extension.",
        Arity = ArgumentArity.OneOrMore,
        HelpName = "INPUT... OUTPUT",
    };

    private static readonly Option<string> Style = new("--style", "-s")
    {
        Description = "A built-in style (see `videostyle styles`), a model file (.safetensors, .pth), any picture (.jpg, .png), or none: everything but the paint. "
            + "Several are mixed (a.jpg:0.7,b.jpg:0.3), and change with time (wave -> night @ 5s: night is reached at 5 seconds).",
        DefaultValueFactory = _ => ConversionRequest.DefaultStyle,
        HelpName = "STYLE",
    };

    private static readonly Option<string> AnyStyle = new("--any-style")
    {
        Description = $"How a picture is painted after: {string.Join(", ", ArbitraryStyleMethod.All.Select(m => m.Name))}, a folder with the files of one, a file trained with --network any or sanet, or auto.",
        DefaultValueFactory = _ => "auto",
        HelpName = "METHOD",
    };

    private static readonly Option<double> Strength = new("--strength") { Description = "How much of the style is painted, from 0 to 1.", DefaultValueFactory = _ => 1, HelpName = "0..1" };

    private static readonly Option<ColorPreservation> PreserveColor = new("--preserve-color")
    {
        Description = "Keep the video's colours: of each pixel (luminance), or its palette (histogram).",
        DefaultValueFactory = _ => ColorPreservation.None,
        HelpName = "HOW",
    };

    private static readonly Option<StrokeScale?> Scale = new("--scale")
    {
        Description = "The size of strokes: 2 for twice as large, or 720p for as large as in a video of 720 lines, whatever this one has.",
        CustomParser = StrokeScale.Parse,
        HelpName = "N|Np",
    };

    private static readonly Option<string?> Mask = new("--mask")
    {
        Description = "A picture or video that says where each style is painted: white the first, black the second (or the video as it is); "
            + "of three or four, red, green, blue and black.",
        HelpName = "FILE",
    };

    private static readonly Option<string?> Collection = new("--style-collection") { Description = "A folder of pictures; each shot is painted after the one most like it.", HelpName = "DIR" };

    private static readonly Option<int> Nearest = new("--nearest") { Description = "Mix this many pictures of the collection, by their likeness.", DefaultValueFactory = _ => 1, HelpName = "N" };

    private static readonly Option<CoherenceMode> Coherence = new("--coherence", "-c")
    {
        Description = "How steady the paint is held: off, fast or best.",
        DefaultValueFactory = _ => CoherenceMode.Fast,
        HelpName = "MODE",
    };

    private static readonly Option<string?> Flow = new("--flow")
    {
        Description = $"The flow estimator that holds the paint: {string.Join(", ", FlowNames.All)}. Default: dis-light, with best dis-refined.",
        HelpName = "NAME",
    };

    private static readonly Option<Func<BlendOptions, BlendOptions>?> Blend = new("--blend")
    {
        Description = "Change how paint is held, for experiments: keep=0..1 (the share kept from frame to frame), and confidence, cubic and detail, each =on or =off. Comma-separated.",
        CustomParser = BlendArgument.Parse,
        HelpName = "KEY=VALUE",
    };

    private static readonly Option<int?> PaintEvery = new("--paint-every")
    {
        Description = "Paint at least every Nth frame, and put those between together where the motion explains them; 1 paints all. Default: 4 with fast, up to four million pixels; else 1.",
        HelpName = "N",
    };

    private static readonly Option<string> Device = new("--device") { Description = "auto, cpu, cuda or cuda:N.", DefaultValueFactory = _ => "auto", HelpName = "DEVICE" };

    private static readonly Option<Precision> PrecisionOption = new("--precision")
    {
        Description = "auto (bf16 where the processor has it), f32 or bf16.",
        DefaultValueFactory = _ => Precision.Auto,
        HelpName = "TYPE",
    };

    private static readonly Option<long?> MaxMemory = new("--max-memory")
    {
        Description = "About how much memory to use: 3G, 800M. Large frames are then painted one after another, and in strips where one does not fit.",
        CustomParser = ByteCountArgument.Parse,
        HelpName = "SIZE",
    };

    private static readonly Option<string?> Codec = new("--codec") { Description = "The video codec, e.g. h264, hevc, vp9, av1, ffv1. Default: fits the extension.", HelpName = "NAME" };

    private static readonly Option<int?> Crf = new("--crf") { Description = "Constant rate factor of the codec: lower is better and larger.", HelpName = "N" };

    private static readonly Option<string?> Preset = new("--preset") { Description = "The encoder's preset, e.g. veryfast, medium, slow.", HelpName = "NAME" };

    private static readonly Option<int?> MaxSize = new("--max-size") { Description = "Shrink so that the longer side is at most this many pixels.", HelpName = "PIXELS" };

    private static readonly Option<TimeSpan?> From = new("--from") { Description = "Begin here: seconds (12.5) or [hh:]mm:ss.", CustomParser = TimeArgument.Parse, HelpName = "TIME" };

    private static readonly Option<TimeSpan?> To = new("--to") { Description = "End before here: seconds (12.5) or [hh:]mm:ss.", CustomParser = TimeArgument.Parse, HelpName = "TIME" };

    private static readonly Option<Rational?> FrameRate = new("--fps") { Description = "Resample to this many frames a second: 25, 29.97 or 30000/1001. Default: every frame at its own time.", CustomParser = FrameRateArgument.Parse, HelpName = "RATE" };

    private static readonly Option<bool> NoDeinterlace = new("--no-deinterlace") { Description = "Paint interlaced video as it is, combs included." };

    private static readonly Option<string?> PixelFormat = new("--pixel-format") { Description = "The pixel format, as FFmpeg names it, e.g. yuv420p, yuv444p, bgr0 (FFV1, without loss).", HelpName = "NAME" };

    private static readonly Option<long?> BitRate = new("--bitrate") { Description = "Bits a second instead of a quality.", HelpName = "BITS" };

    private static readonly Option<bool> NoAudio = new("--no-audio") { Description = "Leave the sound out." };

    private static readonly Option<bool> OnlyVideo = new("--only-video") { Description = "Leave everything but the painting out." };

    private static readonly Option<CompareMode?> Compare = new("--compare") { Description = "Show the original as well: side by side, or with a divider that wipes across (wipe).", HelpName = "MODE" };

    private static readonly Option<int?> PreviewFrames = new("--preview")
    {
        Description = $"Only paint N frames, spread over the clip, into one sheet, and predict the time. Default: {UsualPreview}.",
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = ParsePreview,
        HelpName = "N",
    };

    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Only tell what would be done, how large it would be and what is free." };

    private static readonly Option<bool> Resume = new("--resume") { Description = "Keep finished shots until the output is complete, and go on behind those of an earlier run that stopped." };

    private static readonly Option<bool> SkipExisting = new("--skip-existing") { Description = "Take an output that is there for done." };

    private static readonly Option<bool> Force = new("--force", "-f") { Description = "Replace an existing output." };

    private static readonly Option<bool> Json = new("--json") { Description = "Write events as one JSON object a line to standard output." };

    private static readonly Option<bool> Benchmark = new("--benchmark") { Description = "Tell at the end how long each step was busy and how much memory was used." };

    private static readonly Option<bool> Verbose = new("--verbose") { Description = "Print the stack trace of a defect." };

    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        Paths.Validators.Add(Arguments.RefuseOptionLike);
        Flow.AcceptOnlyFromAmong([.. FlowNames.All]);
        PaintEvery.Validators.Add(Arguments.InRange(1, 16));
        Crf.Validators.Add(Arguments.InRange(0, 63));
        MaxSize.Validators.Add(Arguments.InRange(16, 16384));
        Nearest.Validators.Add(Arguments.InRange(1, 8));
        Strength.Validators.Add(Arguments.InRange(0.0, 1.0));
        Command command = new("convert", "Paints videos, steadily, and keeps their sound and everything else.")
        {
            Paths, Style, AnyStyle, Strength, PreserveColor, Scale, Mask, Collection, Nearest, Coherence, Flow, Blend, PaintEvery, Device, PrecisionOption, MaxMemory, Codec, Crf, Preset, PixelFormat, BitRate,
            MaxSize, FrameRate, NoDeinterlace, From, To, NoAudio, OnlyVideo, Compare, PreviewFrames, DryRun, Resume, SkipExisting,
            Force, Json, Benchmark, Verbose,
        };
        command.SetAction(RunAsync);
        return command;
    }

    /// <summary>Whether arguments look as if something were to be painted, judged before they are parsed.</summary>
    public static bool Paints(string[] args) =>
        args is ["convert", _, ..] && !Array.Exists(args, a => a is "--help" or "-h" or "-?" or "--dry-run" or IdentityStylizer.Name);

    private static async Task<int> RunAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        var json = parse.GetValue(Json);
        var requests = Requests(parse);
        Conversion.RequireUnits(requests[0]);
        using var stylizer = StylizerFactory.Create(requests[0], json);
        Batch batch = new(json, parse.GetValue(SkipExisting), parse.GetValue(DryRun) ? PlanAsync : parse.GetResult(PreviewFrames) is not null ? PreviewAsync : PaintAsync);
        return await batch.RunAsync(requests, cancellationToken).ConfigureAwait(false);

        Task PlanAsync(ConversionRequest request, CancellationToken token)
        {
            Conversion.Plan(request, stylizer).Write(json);
            return Task.CompletedTask;
        }

        async Task PreviewAsync(ConversionRequest request, CancellationToken token)
        {
            var (sheet, time) = await Preview.RunAsync(request, stylizer, parse.GetValue(PreviewFrames) ?? UsualPreview, token).ConfigureAwait(false);
            if (json)
                JsonLine.Write(new { v = 1, type = "preview", input = request.Input, sheet, predictedSeconds = time is { } t ? Math.Round(t.TotalSeconds, 1) : (double?)null });
            else
                Console.Out.WriteLine(sheet);
            if (time is { } predicted)
                Console.Error.WriteLine($"{request.Input}: painting all of it takes about {Summary.Time(predicted)}");
        }

        async Task PaintAsync(ConversionRequest request, CancellationToken token)
        {
            using var reporter = Reporters.For(json, parse.GetValue(Benchmark));
            await Conversion.RunAsync(request, stylizer, reporter, token).ConfigureAwait(false);
        }
    }

    private static List<ConversionRequest> Requests(ParseResult parse)
    {
        var paths = parse.GetRequiredValue(Paths);
        var request = Common(parse);
        var makeFolder = paths.Length > 1 && OutputPaths.IsFolder(paths[^1]);
        List<ConversionRequest> requests =
        [
            .. OutputPaths.Pair(paths, LabelOf(request)).Select(pair => request with { Input = pair.Input, Output = pair.Output, MakeFolder = makeFolder }),
        ];
        if (request is { From: { } from, To: { } to } && to <= from)
            throw new VideoStyleException(ErrorKind.Usage, $"--to {to} lies before --from {from}.", "Swap them.");
        if (parse.GetValue(Json) && requests.Exists(r => r.Output is "-"))
            throw new VideoStyleException(ErrorKind.Usage, "--json and the output - both want standard output.", "Write to a file, or leave --json out.");
        if (request.Resume)
            requests.ForEach(Resumption.RequirePossible);
        return requests;
    }

    // A painting beside its video is named for its style.
    private static string LabelOf(ConversionRequest request) =>
        request.Collection is { } folder ? Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))) : StyleSpec.Parse(request.Style).Label;

    private static ConversionRequest Common(ParseResult parse)
    {
        var style = parse.GetRequiredValue(Style);
        // Holding paint steady changes pictures, which nobody wants who wants no paint.
        var coherence = style is IdentityStylizer.Name && parse.GetResult(Coherence) is not { Implicit: false } ? CoherenceMode.Off : parse.GetValue(Coherence);
        return new ConversionRequest
        {
            Input = "",
            Output = "",
            Style = style,
            AnyStyle = parse.GetRequiredValue(AnyStyle),
            Strength = parse.GetValue(Strength),
            PreserveColor = parse.GetValue(PreserveColor),
            Scale = parse.GetValue(Scale),
            Mask = parse.GetValue(Mask),
            Collection = parse.GetValue(Collection),
            Nearest = parse.GetValue(Nearest),
            Coherence = coherence,
            Blend = parse.GetValue(Blend)?.Invoke(BlendOptions.For(coherence)),
            Flow = parse.GetValue(Flow) is { } flow ? FlowNames.Parse(flow) : null,
            PaintEvery = parse.GetValue(PaintEvery),
            MaxMemory = parse.GetValue(MaxMemory),
            Device = parse.GetRequiredValue(Device),
            Precision = parse.GetValue(PrecisionOption),
            Codec = parse.GetValue(Codec),
            Crf = parse.GetValue(Crf),
            Preset = parse.GetValue(Preset),
            PixelFormat = parse.GetValue(PixelFormat),
            BitRate = parse.GetValue(BitRate),
            MaxSize = parse.GetValue(MaxSize),
            FrameRate = parse.GetValue(FrameRate),
            Deinterlace = !parse.GetValue(NoDeinterlace),
            Copy = parse.GetValue(OnlyVideo) ? StreamKinds.None
                : parse.GetValue(NoAudio) ? StreamKinds.All & ~StreamKinds.Audio
                : StreamKinds.All,
            From = parse.GetValue(From),
            To = parse.GetValue(To),
            Compare = parse.GetValue(Compare),
            Resume = parse.GetValue(Resume),
            Force = parse.GetValue(Force),
        };
    }

    private static int? ParsePreview(ArgumentResult result)
    {
        if (result.Tokens is not [{ Value: var text }])
            return UsualPreview;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= Preview.MostFrames)
            return count;
        result.AddError($"--preview takes 1 to {Preview.MostFrames} frames, not '{text}'; put it behind the names of the files.");
        return null;
    }
}
