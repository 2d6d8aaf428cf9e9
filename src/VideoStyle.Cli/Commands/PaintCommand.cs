using System.CommandLine;
using System.Globalization;
using VideoStyle.Cli.Paint;
using VideoStyle.Core.Color;
using VideoStyle.Core.Errors;
using VideoStyle.Networks;
using VideoStyle.Networks.Loss;
using VideoStyle.Networks.Weights;
using VideoStyle.Training;
using VideoStyle.Training.Optimization;

namespace VideoStyle.Cli.Commands;

/// <summary><c>videostyle paint CONTENT STYLE OUTPUT</c>.</summary>
internal static class PaintCommand
{
    private static readonly Argument<string[]> Paths = new("paths")
    {
        Description = "The picture or short video to paint, the painting to paint it after, and what to write: a picture (.png, .jpg, .webp, .bmp, .tif) or a video. With --texture, the first is left out.",
        Arity = new ArgumentArity(2, 3),
        HelpName = "CONTENT STYLE OUTPUT",
    };

    private static readonly Option<bool> Texture = new("--texture") { Description = "Make a texture of the style alone, with no picture." };

    private static readonly Option<string[]> Mix = new("--mix") { Description = "A further painting and its weight beside the first's 1; may be repeated.", HelpName = "FILE=WEIGHT" };

    private static readonly Option<int?> Size = new("--size") { Description = "The longer side in pixels, 24 to 8192. Default: the picture's own, at most 512.", HelpName = "PIXELS" };

    private static readonly Option<double> Scale = new("--scale") { Description = "The size of the strokes: 0.5 is finer, 2 is broader.", DefaultValueFactory = _ => 1, HelpName = "FACTOR" };

    private static readonly Option<int> Iterations = new("--iterations", "-n") { Description = "Steps at the coarsest level; each finer one takes half as many.", DefaultValueFactory = _ => new OptimizationOptions { Styles = [], Output = "", LossWeights = "" }.Iterations, HelpName = "N" };

    private static readonly Option<int?> Levels = new("--levels") { Description = "Levels from coarse to fine, each twice as large. Default: as many as begin at 256 pixels or more.", HelpName = "N" };

    private static readonly Option<OptimizerKind> Optimizer = new("--optimizer")
    {
        Description = "lbfgs, lbfgs-search (with a strong-Wolfe line search) or adam.",
        DefaultValueFactory = _ => OptimizerKind.Lbfgs,
        CustomParser = ParseOptimizer,
        HelpName = "NAME",
    };

    private static readonly Option<double?> LearningRate = new("--learning-rate") { Description = "The optimiser's learning rate. Default: 1, for adam 0.02.", HelpName = "RATE" };

    private static readonly Option<int> History = new("--history") { Description = "Steps that L-BFGS remembers, 1 to 100.", DefaultValueFactory = _ => 100, HelpName = "N" };

    private static readonly Option<InitialImage> Init = new("--init") { Description = "What the painting begins with: content or noise.", DefaultValueFactory = _ => InitialImage.Content, HelpName = "START" };

    private static readonly Option<long> Seed = new("--seed") { Description = "The noise follows from it: the same seed gives the same painting.", HelpName = "N" };

    private static readonly Option<double> ContentWeight = new("--content-weight") { Description = "How much the picture's content counts.", DefaultValueFactory = _ => OptimizationOptions.DefaultWeights.Content, HelpName = "W" };

    private static readonly Option<int> ContentLayer = new("--content-layer") { Description = "Where content is compared: 1 (relu1_1) to 4 (relu4_1); lower keeps more detail.", DefaultValueFactory = _ => LossNetwork.ContentLayer + 1, HelpName = "N" };

    private static readonly Option<string> StyleWeights = new("--style-weights")
    {
        Description = "How much style counts at relu1_1, 2_1, 3_1, 4_1.",
        DefaultValueFactory = _ => string.Join(',', OptimizationOptions.DefaultWeights.Style.Select(w => w.ToString(CultureInfo.InvariantCulture))),
        HelpName = "W,W,W,W",
    };

    private static readonly Option<double> TvWeight = new("--tv-weight") { Description = "How much smoothness counts (total variation).", DefaultValueFactory = _ => OptimizationOptions.DefaultWeights.TotalVariation, HelpName = "W" };

    private static readonly Option<GramKind> Gram = new("--gram") { Description = "How style is compared: shifted (colour and stroke alike) or plain.", DefaultValueFactory = _ => GramKind.Shifted, HelpName = "FORM" };

    private static readonly Option<ColorPreservation> Color = new("--preserve-color") { Description = "Keep the picture's colours: none, luminance (paint brightness only) or histogram (recolour the style first).", DefaultValueFactory = _ => ColorPreservation.None, HelpName = "HOW" };

    private static readonly Option<bool> Photo = new("--photo") { Description = "Stay a photo: let colours change only smoothly within each surface." };

    private static readonly Option<double> PhotoWeight = new("--photo-weight") { Description = "How much --photo counts.", DefaultValueFactory = _ => 10000, HelpName = "W" };

    private static readonly Option<double> TemporalWeight = new("--temporal-weight") { Description = "In a video: how much each frame is held to the ones before.", DefaultValueFactory = _ => OptimizationOptions.DefaultWeights.Temporal, HelpName = "W" };

    private static readonly Option<int> Passes = new("--passes") { Description = "In a video: how often it is gone over, forwards and backwards by turns.", DefaultValueFactory = _ => 1, HelpName = "N" };

    private static readonly Option<TimeSpan?> From = new("--from") { Description = "In a video: begin here, seconds (12.5) or [hh:]mm:ss.", CustomParser = TimeArgument.Parse, HelpName = "TIME" };

    private static readonly Option<TimeSpan?> To = new("--to") { Description = "In a video: end before here.", CustomParser = TimeArgument.Parse, HelpName = "TIME" };

    private static readonly Option<int> Tile = new("--tile") { Description = "The longest side that the loss network sees at once; larger pictures are seen in tiles, with the same result in less memory.", DefaultValueFactory = _ => 1024, HelpName = "PIXELS" };

    private static readonly Option<string> Device = new("--device") { Description = "auto, cpu, cuda or cuda:N.", DefaultValueFactory = _ => "auto", HelpName = "DEVICE" };

    private static readonly Option<Precision> PrecisionOption = new("--precision") { Description = "What the loss network computes in: auto, f32 or bf16.", DefaultValueFactory = _ => Precision.Auto, HelpName = "TYPE" };

    private static readonly Option<bool> Resume = new("--resume") { Description = "Go on from the checkpoint beside the output." };

    private static readonly Option<bool> Force = new("--force", "-f") { Description = "Replace an existing output." };

    private static readonly Option<bool> Json = new("--json") { Description = "Write events as one JSON object a line to standard output." };

    private static readonly Option<bool> Verbose = new("--verbose") { Description = "Print the stack trace of a defect." };

    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        Paths.Validators.Add(Arguments.RefuseOptionLike);
        ContentLayer.Validators.Add(Arguments.InRange(1, LossNetwork.Layers));
        Command command = new("paint", "Paints one picture after another by optimisation: slow, and the finest there is.")
        {
            Paths, Texture, Mix, Size, Scale, Iterations, Levels, Optimizer, LearningRate, History, Init, Seed, ContentWeight, ContentLayer,
            StyleWeights, TvWeight, Gram, Color, Photo, PhotoWeight, TemporalWeight, Passes, From, To, Tile, Device, PrecisionOption, Resume, Force, Json, Verbose,
        };
        command.SetAction(Run);
        return command;
    }

    private static Task<int> Run(ParseResult parse, CancellationToken cancellationToken)
    {
        var options = Read(parse);
        options.Validate();
        options = options with { LossWeights = WeightsStore.User.Require() };
        // Painting is one long computation; it gets a thread of its own so that signals are still heard.
        return Task.Run(() => Paint(options, new PaintReporter(options, parse.GetValue(Json)), cancellationToken), CancellationToken.None);
    }

    private static int Paint(OptimizationOptions options, PaintReporter reporter, CancellationToken cancellationToken)
    {
        OptimizationResult result;
        try
        {
            result = options.IsVideo ? PaintVideo(options, reporter, cancellationToken) : PaintPicture(options, reporter, cancellationToken);
        }
        finally
        {
            reporter.Close();
        }

        reporter.Finished(result);
        return result.Completed
            ? ExitCode.Success
            : throw new StoppedException(
                $"Stopped after {result.Iterations} steps; they are kept in {(options.IsVideo ? options.FramesPath : options.CheckpointPath)}.",
                "Add --resume to go on."
            );
    }

    private static OptimizationResult PaintPicture(OptimizationOptions options, PaintReporter reporter, CancellationToken cancellationToken)
    {
        using var painter = new ImageOptimizer(options);
        reporter.Started(painter.Size.Width, painter.Size.Height, $"preview: {options.PreviewPath}");
        return painter.Run(reporter.Progressed, cancellationToken);
    }

    private static OptimizationResult PaintVideo(OptimizationOptions options, PaintReporter reporter, CancellationToken cancellationToken)
    {
        using var painter = new VideoOptimizer(options);
        reporter.Started(painter.Size.Width, painter.Size.Height, $"{painter.Count} frames: {options.FramesPath}");
        return painter.Run(reporter.Progressed, cancellationToken);
    }

    private static OptimizationOptions Read(ParseResult parse)
    {
        var paths = parse.GetRequiredValue(Paths);
        var texture = parse.GetValue(Texture);
        if (paths.Length != (texture ? 2 : 3))
            throw new VideoStyleException(
                ErrorKind.Usage,
                texture ? "A texture takes a style and an output, and no picture." : "A painting takes a picture, a style and an output.",
                texture ? "Type: videostyle paint --texture STYLE OUTPUT" : "Type: videostyle paint CONTENT STYLE OUTPUT"
            );
        return new OptimizationOptions
        {
            Content = texture ? null : paths[0],
            Styles = [new(paths[^2]), .. (parse.GetValue(Mix) ?? []).Select(Mixed).Select(s => new WeightedStyle(s.Path, s.Weight))],
            Output = paths[^1],
            LossWeights = "",
            Size = parse.GetValue(Size),
            StyleScale = parse.GetValue(Scale),
            Iterations = parse.GetValue(Iterations),
            Levels = parse.GetValue(Levels),
            Optimizer = parse.GetValue(Optimizer),
            LearningRate = parse.GetValue(LearningRate),
            History = parse.GetValue(History),
            Start = parse.GetValue(Init),
            Seed = parse.GetValue(Seed),
            Weights = OptimizationOptions.DefaultWeights with
            {
                Content = parse.GetValue(ContentWeight),
                Style = [.. parse.GetRequiredValue(StyleWeights).Split(',').Select(w => Arguments.Number(w, "--style-weights"))],
                TotalVariation = parse.GetValue(TvWeight),
                Temporal = parse.GetValue(TemporalWeight),
            },
            ContentLayer = parse.GetValue(ContentLayer) - 1,
            Gram = parse.GetValue(Gram),
            Color = parse.GetValue(Color),
            Photo = parse.GetValue(Photo) ? parse.GetValue(PhotoWeight) : 0,
            Passes = parse.GetValue(Passes),
            From = parse.GetValue(From),
            To = parse.GetValue(To),
            Tile = parse.GetValue(Tile),
            Device = parse.GetRequiredValue(Device),
            Precision = parse.GetValue(PrecisionOption),
            Force = parse.GetValue(Force),
            Resume = parse.GetValue(Resume),
        };
    }

    private static OptimizerKind ParseOptimizer(System.CommandLine.Parsing.ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        OptimizerKind? known = text switch
        {
            "lbfgs" => OptimizerKind.Lbfgs,
            "lbfgs-search" => OptimizerKind.LbfgsSearch,
            "adam" => OptimizerKind.Adam,
            _ => null,
        };
        if (known is null)
            result.AddError($"--optimizer takes lbfgs, lbfgs-search or adam, not '{text}'.");
        return known ?? default;
    }

    // The last '=' divides, because a path may hold others.
    private static (string Path, double Weight) Mixed(string text) =>
        text.LastIndexOf('=') is > 0 and var at
            ? (text[..at], Arguments.Number(text[(at + 1)..], "--mix"))
            : throw new VideoStyleException(ErrorKind.Usage, $"--mix takes a file and its weight with '=' between them, not '{text}'.");
}
