using System.CommandLine;
using VideoStyle.Cli.Converting;
using VideoStyle.Cli.Output;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Core.Styling;
using VideoStyle.Native.Vision;
using VideoStyle.Networks;

namespace VideoStyle.Cli.Commands;

/// <summary><c>videostyle convert INPUT [OUTPUT]</c>.</summary>
internal static class ConvertCommand
{
    private static readonly Argument<string> Input = new("input") { Description = "The video to paint; a picture, a folder or pattern of pictures (frame_%05d.png), or - for standard input." };

    private static readonly Argument<string?> Output = new("output")
    {
        Description = "Where the painting goes; the extension picks the container. A pattern writes pictures, - writes NUT to standard output. Default: INPUT with the style's name before its extension.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string> Style = new("--style", "-s")
    {
        Description = "A built-in style (see `videostyle styles`) or a model file (.safetensors, .pth).",
        DefaultValueFactory = _ => ConversionRequest.DefaultStyle,
        HelpName = "NAME|FILE",
    };

    private static readonly Option<CoherenceMode> Coherence = new("--coherence", "-c")
    {
        Description = "How steady the paint is held: off, fast or best.",
        DefaultValueFactory = _ => CoherenceMode.Fast,
        HelpName = "MODE",
    };

    private static readonly Option<string> Flow = new("--flow")
    {
        Description = $"The flow estimator that holds the paint: {string.Join(", ", FlowNames.All)}.",
        DefaultValueFactory = _ => FlowNames.Of(FlowMethod.DisMedium),
        HelpName = "NAME",
    };

    private static readonly Option<string> Device = new("--device") { Description = "auto, cpu, cuda or cuda:N.", DefaultValueFactory = _ => "auto", HelpName = "DEVICE" };

    private static readonly Option<Precision> PrecisionOption = new("--precision")
    {
        Description = "auto (bf16 where the processor has it), f32 or bf16.",
        DefaultValueFactory = _ => Precision.Auto,
        HelpName = "TYPE",
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

    private static readonly Option<bool> Force = new("--force", "-f") { Description = "Replace an existing output." };

    private static readonly Option<bool> Json = new("--json") { Description = "Write events as one JSON object a line to standard output." };

    private static readonly Option<bool> Benchmark = new("--benchmark") { Description = "Tell at the end how long each step was busy and how much memory was used." };

    private static readonly Option<bool> Verbose = new("--verbose") { Description = "Print the stack trace of a defect." };

    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        Input.Validators.Add(Arguments.RefuseOptionLike);
        Output.Validators.Add(Arguments.RefuseOptionLike);
        Flow.AcceptOnlyFromAmong([.. FlowNames.All]);
        Crf.Validators.Add(Arguments.InRange(0, 63));
        MaxSize.Validators.Add(Arguments.InRange(16, 16384));
        Command command = new("convert", "Paints a video, steadily, and keeps its sound and everything else.")
        {
            Input, Output, Style, Coherence, Flow, Device, PrecisionOption, Codec, Crf, Preset, PixelFormat, BitRate,
            MaxSize, FrameRate, NoDeinterlace, From, To, NoAudio, OnlyVideo, Force, Json, Benchmark, Verbose,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        var style = parse.GetRequiredValue(Style);
        var input = parse.GetRequiredValue(Input);
        ConversionRequest request = new()
        {
            Input = input,
            Output = parse.GetValue(Output) ?? DefaultOutput(input, style),
            Style = style,
            Coherence = parse.GetValue(Coherence),
            Flow = FlowNames.Parse(parse.GetRequiredValue(Flow)),
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
            Force = parse.GetValue(Force),
        };
        if (request is { From: { } from, To: { } to } && to <= from)
            throw new VideoStyleException(ErrorKind.Usage, $"--to {to} lies before --from {from}.", "Swap them.");
        if (request.Output is "-" && parse.GetValue(Json))
            throw new VideoStyleException(ErrorKind.Usage, "--json and the output - both want standard output.", "Write to a file, or leave --json out.");

        using var reporter = Reporters.For(parse.GetValue(Json), parse.GetValue(Benchmark));
        await Conversion.RunAsync(request, reporter, cancellationToken).ConfigureAwait(false);
        return ExitCode.Success;
    }

    // holiday.mp4 painted with starry_night becomes holiday.starry_night.mp4, beside it.
    private static string DefaultOutput(string input, string style) =>
        input is "-" ? "-" : Path.ChangeExtension(input, null) + $".{Path.GetFileNameWithoutExtension(style)}{Path.GetExtension(input)}";
}
