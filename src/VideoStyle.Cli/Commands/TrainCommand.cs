using System.CommandLine;
using VideoStyle.Cli.Binding;
using VideoStyle.Cli.Training;
using VideoStyle.Core;
using VideoStyle.Core.Errors;
using VideoStyle.Native.Files;
using VideoStyle.Networks.Weights;
using VideoStyle.Training;

namespace VideoStyle.Cli.Commands;

/// <summary><c>videostyle train STYLE_IMAGE OUTPUT --content DIR</c>.</summary>
internal static class TrainCommand
{
    private static readonly Argument<string> StyleImage = new("style-image") { Description = "The painting to learn from, or a folder of paintings: each becomes a style in one file." };

    private static readonly Argument<string> Output = new("output") { Description = "The model to write, .safetensors." };

    private static readonly OptionBinder<TrainingOptions> Options = new OptionBinder<TrainingOptions>().Require("content");

    private static readonly Option<string[]> Metadata = new("--metadata", "--card") { Description = "A text for the model's metadata, e.g. style_licence=CC0; may be repeated.", HelpName = "FIELD=TEXT" };

    private static readonly Option<bool> Force = new("--force", "-f") { Description = "Replace an existing output." };

    private static readonly Option<bool> Json = new("--json") { Description = "Write events as one JSON object a line to standard output." };

    private static readonly Option<bool> Verbose = new("--verbose") { Description = "Print the stack trace of a defect." };

    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        StyleImage.Validators.Add(Arguments.RefuseOptionLike);
        Output.Validators.Add(Arguments.RefuseOptionLike);
        Command command = new("train", "Trains a style on one image.") { StyleImage, Output };
        Options.AddTo(command);
        foreach (var option in (Option[])[Metadata, Force, Json, Verbose])
            command.Options.Add(option);
        command.Subcommands.Add(TrainFlowCommand.Create());
        command.SetAction(Run);
        return command;
    }

    private static Task<int> Run(ParseResult parse, CancellationToken cancellationToken)
    {
        var options = Read(parse);
        var mayReplace = parse.GetValue(Force) || options.Resume;
        CheckOutput(options.Output, mayReplace);
        OutputTarget.RequireBeside(options.PreviewPath, mayReplace, options.Styles.Select(style => style.Path));
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
            : throw new StoppedException($"Stopped after {Counted.Of(result.Steps, "step")}; what was done is kept in {options.CheckpointPath}.", "Add --resume to go on.");
    }

    private static TrainingOptions Read(ParseResult parse)
    {
        var image = parse.GetRequiredValue(StyleImage);
        var options = Options.Read(parse, new TrainingOptions
        {
            Separate = Directory.Exists(image),
            Styles = [.. StyleImages(image)],
            Content = [],
            Output = parse.GetRequiredValue(Output),
            LossWeights = "",
            Metadata = (parse.GetValue(Metadata) ?? []).Select(Field).ToDictionary(StringComparer.Ordinal),
        });
        return options with { LossWeights = TrainingOptions.FindLossNetwork(options.Architecture, WeightsStore.User) };
    }

    private static IEnumerable<WeightedStyle> StyleImages(string image)
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

    /// <summary>Refuses a model file that cannot or must not be written.</summary>
    internal static void CheckOutput(string output, bool mayExist)
    {
        if (!output.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase))
            throw new VideoStyleException(ErrorKind.Usage, $"{output}: a model is written as .safetensors.", $"Name it {Path.ChangeExtension(output, ".safetensors")}.");
        OutputTarget.Require(output, mayExist);
    }

    private static KeyValuePair<string, string> Field(string text) =>
        text.IndexOf('=', StringComparison.Ordinal) is > 0 and var at
            ? new(text[..at], text[(at + 1)..])
            : throw new VideoStyleException(ErrorKind.Usage, $"--metadata takes a field and its text with '=' between them, not '{text}'.");
}
