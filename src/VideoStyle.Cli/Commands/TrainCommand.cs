using System.CommandLine;
using VideoStyle.Cli.Training;
using VideoStyle.Core.Errors;
using VideoStyle.Networks;
using VideoStyle.Networks.Weights;
using VideoStyle.Training;
using static System.FormattableString;

namespace VideoStyle.Cli.Commands;

/// <summary><c>videostyle train STYLE_IMAGE OUTPUT --content DIR</c>.</summary>
internal static class TrainCommand
{
    private static readonly LossWeights Usual = new();

    private static readonly Argument<string> StyleImage = new("style-image") { Description = "The painting to learn from, or a folder of paintings: each becomes a style in one file." };

    private static readonly Argument<string> Output = new("output") { Description = "The model to write, .safetensors." };

    private static readonly Option<string[]> Content = new("--content") { Description = "A folder of photos and videos to learn on; may be repeated, each folder is drawn from equally often.", HelpName = "DIR", Required = true };

    private static readonly Option<string[]> Mix = new("--mix") { Description = "A further painting and its weight beside the first's 1; may be repeated.", HelpName = "FILE=WEIGHT" };

    private static readonly Option<string?> Base = new("--base", "-b") { Description = "Begin with this style (a name or a file) instead of from nothing: faster.", HelpName = "NAME|FILE" };

    private static readonly Option<string> Architecture = new("--network") { Description = "lite (fast), swift (twice as fast, simpler), johnson (larger), any: lite that learns from a folder of paintings to follow any picture, or sanet: attention that learns the same, around a VGG-19 that reaches relu5_1.", DefaultValueFactory = _ => "lite", HelpName = "NAME" };

    private static readonly Option<int> Size = new("--size") { Description = "The side of the crops in pixels, a multiple of 8.", DefaultValueFactory = _ => 256, HelpName = "PIXELS" };

    private static readonly Option<int> StyleSize = new("--style-size") { Description = "The shorter side of the painting in pixels: larger gives finer strokes.", DefaultValueFactory = _ => 600, HelpName = "PIXELS" };

    private static readonly Option<double> StyleCrop = new("--style-crop") { Description = "The share to cut off each side of the painting, 0 to 0.2.", HelpName = "SHARE" };

    private static readonly Option<int> Batch = new("--batch") { Description = "Crops in one step.", DefaultValueFactory = _ => 2, HelpName = "N" };

    private static readonly Option<long?> Steps = new("--steps") { Description = "Steps to take. Default: as many as --time allows.", HelpName = "N" };

    private static readonly Option<TimeSpan?> Time = new("--time") { Description = "Time to take: 90s, 20m, 1h30m. Default: 20m.", CustomParser = DurationArgument.Parse, HelpName = "TIME" };

    private static readonly Option<long> Seed = new("--seed") { Description = "The same seed gives the same model.", HelpName = "N" };

    private static readonly Option<double?> LearningRate = new("--learning-rate") { Description = "The first learning rate. Default: 0.002, with --base 0.0015, of sanet 0.0004.", HelpName = "RATE" };

    private static readonly Option<double?> ContentWeight = new("--content-weight") { Description = Invariant($"How much the picture's content counts. Default: {Usual.Content}, of sanet {LossWeights.Sanet.Content}."), HelpName = "W" };

    private static readonly Option<string?> StyleWeights = new("--style-weights") { Description = Invariant($"How much style counts at relu1_1, 2_1, 3_1, 4_1 and, of sanet, 5_1. Default: {string.Join(',', Usual.Style)}, of sanet {string.Join(',', LossWeights.Sanet.Style)}."), HelpName = "W,W,W,W" };

    private static readonly Option<double?> TvWeight = new("--tv-weight") { Description = Invariant($"How much smoothness counts (total variation). Default: {Usual.TotalVariation}, of sanet {LossWeights.Sanet.TotalVariation}."), HelpName = "W" };

    private static readonly Option<double?> TemporalWeight = new("--temporal-weight") { Description = Invariant($"How much steadiness under motion counts; 0 leaves it out. Default: {Usual.Temporal}, of sanet {LossWeights.Sanet.Temporal}."), HelpName = "W" };

    private static readonly Option<MotionSource> Motion = new("--motion") { Description = "What steadiness is learnt on: synthetic (photos are enough) or video (neighbouring frames, where the content has any).", DefaultValueFactory = _ => MotionSource.Synthetic, HelpName = "KIND" };

    private static readonly Option<bool> LuminanceAware = new("--luminance-aware") { Description = "Let the painting follow the picture's brightness (ReCoNet)." };

    private static readonly Option<GramKind> Gram = new("--gram") { Description = "How style is compared: shifted (colour and stroke alike) or plain.", DefaultValueFactory = _ => GramKind.Shifted, HelpName = "FORM" };

    private static readonly Option<string> Device = new("--device") { Description = "auto, cpu, cuda or cuda:N.", DefaultValueFactory = _ => "auto", HelpName = "DEVICE" };

    private static readonly Option<Precision> PrecisionOption = new("--precision") { Description = "What convolutions compute in: auto, f32 or bf16.", DefaultValueFactory = _ => Precision.Auto, HelpName = "TYPE" };

    private static readonly Option<string[]> Card = new("--card") { Description = "A text for the model's card, e.g. style_licence=CC0; may be repeated.", HelpName = "FIELD=TEXT" };

    private static readonly Option<bool> Resume = new("--resume") { Description = "Go on from the checkpoint beside the output." };

    private static readonly Option<bool> Force = new("--force", "-f") { Description = "Replace an existing output." };

    private static readonly Option<bool> Json = new("--json") { Description = "Write events as one JSON object a line to standard output." };

    private static readonly Option<bool> Verbose = new("--verbose") { Description = "Print the stack trace of a defect." };

    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        StyleImage.Validators.Add(Arguments.RefuseOptionLike);
        Output.Validators.Add(Arguments.RefuseOptionLike);
        Architecture.AcceptOnlyFromAmong("lite", "swift", "johnson", "any", "sanet");
        Command command = new("train", "Learns a style from one picture.")
        {
            StyleImage, Output, Content, Mix, Base, Architecture, Size, StyleSize, StyleCrop, Batch, Steps, Time, Seed, LearningRate, ContentWeight,
            StyleWeights, TvWeight, TemporalWeight, Motion, LuminanceAware, Gram, Device, PrecisionOption, Card, Resume, Force, Json, Verbose,
        };
        command.SetAction(Run);
        return command;
    }

    private static Task<int> Run(ParseResult parse, CancellationToken cancellationToken)
    {
        var output = parse.GetRequiredValue(Output);
        CheckOutput(output, parse.GetValue(Force) || parse.GetValue(Resume));
        var options = Read(parse, output);
        options.Validate();
        // Training is one long computation; it gets a thread of its own so that signals are still heard.
        return Task.Run(() => Train(options, new TrainReporter(options, parse.GetValue(Json)), cancellationToken), CancellationToken.None);
    }

    private static int Train(TrainingOptions options, TrainReporter reporter, CancellationToken cancellationToken)
    {
        using var trainer = new Trainer(options);
        reporter.Started(trainer.ContentCount);
        var result = trainer.Run(reporter.Progressed, cancellationToken);
        reporter.Finished(result, trainer.Unreadable);
        return result.Completed
            ? ExitCode.Success
            : throw new StoppedException($"Stopped after {result.Steps} steps; they are kept in {options.CheckpointPath}.", "Add --resume to go on.");
    }

    private static TrainingOptions Read(ParseResult parse, string output)
    {
        var architecture = parse.GetRequiredValue(Architecture);
        return new TrainingOptions
        {
            Separate = Directory.Exists(parse.GetRequiredValue(StyleImage)),
            Styles = [.. Paintings(parse.GetRequiredValue(StyleImage)), .. (parse.GetValue(Mix) ?? []).Select(m => Pair(m, "--mix")).Select(m => new WeightedStyle(m.Key, Arguments.Number(m.Value, "--mix")))],
            Content = parse.GetRequiredValue(Content),
            Output = output,
            LossWeights = TrainingOptions.FindLossNetwork(architecture, WeightsStore.User),
            Architecture = architecture,
            Base = parse.GetValue(Base),
            Size = parse.GetValue(Size),
            StyleSize = parse.GetValue(StyleSize),
            StyleCrop = parse.GetValue(StyleCrop),
            Batch = parse.GetValue(Batch),
            Steps = parse.GetValue(Steps),
            Time = parse.GetValue(Time) ?? TimeSpan.FromMinutes(20),
            Seed = parse.GetValue(Seed),
            LearningRate = parse.GetValue(LearningRate),
            Weights = ReadWeights(parse, TrainingOptions.DefaultWeights(architecture)),
            Motion = parse.GetValue(Motion),
            LuminanceAware = parse.GetValue(LuminanceAware),
            Gram = parse.GetValue(Gram),
            Device = parse.GetRequiredValue(Device),
            Precision = parse.GetValue(PrecisionOption),
            Metadata = (parse.GetValue(Card) ?? []).Select(c => Pair(c, "--card")).ToDictionary(c => c.Key, c => c.Value, StringComparer.Ordinal),
            Resume = parse.GetValue(Resume),
        };
    }

    private static LossWeights ReadWeights(ParseResult parse, LossWeights usual) =>
        usual with
        {
            Content = parse.GetValue(ContentWeight) ?? usual.Content,
            Style = parse.GetValue(StyleWeights) is { } weights ? [.. weights.Split(',').Select(w => Arguments.Number(w, "--style-weights"))] : usual.Style,
            TotalVariation = parse.GetValue(TvWeight) ?? usual.TotalVariation,
            Temporal = parse.GetValue(TemporalWeight) ?? usual.Temporal,
        };

    private static IEnumerable<WeightedStyle> Paintings(string image)
    {
        if (!Directory.Exists(image))
            return [new(image)];
        var pictures = Directory
            .EnumerateFiles(image)
            .Where(ContentDataset.IsImage)
            .Order(StringComparer.Ordinal)
            .ToList();
        return pictures.Count > 0
            ? pictures.Select(p => new WeightedStyle(p))
            : throw new VideoStyleException(ErrorKind.Input, $"{image}: holds no pictures to learn from.", "Put paintings into it as .jpg or .png.");
    }

    private static void CheckOutput(string output, bool mayExist)
    {
        if (!output.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase))
            throw new VideoStyleException(ErrorKind.Usage, $"{output}: a model is written as .safetensors.", $"Name it {Path.ChangeExtension(output, ".safetensors")}.");
        if (!Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(output))))
            throw new VideoStyleException(ErrorKind.Output, $"{output}: its folder does not exist.", $"Create it with: mkdir -p '{Path.GetDirectoryName(output)}'");
        if (File.Exists(output) && !mayExist)
            throw new VideoStyleException(ErrorKind.Output, $"{output}: already exists.", "Add --force to replace it.");
    }

    // The last '=' divides, because a path may hold others.
    private static (string Key, string Value) Pair(string text, string option) =>
        text.LastIndexOf('=') is > 0 and var at && (option is not "--card" || (at = text.IndexOf('=', StringComparison.Ordinal)) > 0)
            ? (text[..at], text[(at + 1)..])
            : throw new VideoStyleException(ErrorKind.Usage, $"{option} takes two parts with '=' between them, not '{text}'.");
}
