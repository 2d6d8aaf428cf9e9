using System.CommandLine;
using VideoStyle.Cli.Binding;
using VideoStyle.Cli.Paint;
using VideoStyle.Core;
using VideoStyle.Core.Errors;
using VideoStyle.Networks.Loss;
using VideoStyle.Networks.Weights;
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

    private static readonly OptionBinder<OptimizationOptions> Options = new();

    private static readonly Option<int> ContentLayer = new("--content-layer") { Description = "Where content is compared: 1 (relu1_1) to 4 (relu4_1); lower keeps more detail.", DefaultValueFactory = _ => LossNetwork.ContentLayer + 1, HelpName = "N" };

    private static readonly Option<bool> Photo = new("--photo") { Description = "Stay a photo: let colours change only smoothly within each surface." };

    private static readonly Option<double> PhotoWeight = new("--photo-weight") { Description = "How much --photo counts.", DefaultValueFactory = _ => 10000, HelpName = "W" };

    private static readonly Option<bool> Json = new("--json") { Description = "Write events as one JSON object a line to standard output." };

    private static readonly Option<bool> Verbose = new("--verbose") { Description = "Print the stack trace of a defect." };

    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        Paths.Validators.Add(Arguments.RefuseOptionLike);
        ContentLayer.Validators.Add(Arguments.InRange(1, LossNetwork.Layers));
        Command command = new("paint", "Paints one picture after another by optimization: slow, and the finest there is.") { Paths, Texture };
        Options.AddTo(command);
        foreach (var option in (Option[])[ContentLayer, Photo, PhotoWeight, Json, Verbose])
            command.Options.Add(option);
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
                $"Stopped after {Counted.Of(result.Iterations, "step")}; what was done is kept in {(options.IsVideo ? options.FramesPath : options.CheckpointPath)}.",
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
        reporter.Started(painter.Size.Width, painter.Size.Height, $"{Counted.Of(painter.Count, "frame")}: {options.FramesPath}");
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
        return Options.Read(parse, new OptimizationOptions
        {
            Content = texture ? null : paths[0],
            Styles = [new(paths[^2])],
            Output = paths[^1],
            LossWeights = "",
            ContentLayer = parse.GetValue(ContentLayer) - 1,
            Photo = parse.GetValue(Photo) ? parse.GetValue(PhotoWeight) : 0,
        });
    }
}
