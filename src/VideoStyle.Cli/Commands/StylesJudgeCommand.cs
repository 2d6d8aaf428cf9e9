using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using VideoStyle.Cli.Output;
using VideoStyle.Judging;
using VideoStyle.Networks.Weights;

namespace VideoStyle.Cli.Commands;

/// <summary><c>videostyle styles judge [STYLE…] --style-images DIR --photos DIR</c>.</summary>
internal static class StylesJudgeCommand
{
    private static readonly Argument<string[]> Styles = new("style") { Description = "What to judge: names, model files, or FILE#IMAGE. Default: every built-in style.", Arity = ArgumentArity.ZeroOrMore };

    private static readonly Option<string> StyleImages = new("--style-images") { Description = "The folder of the style images that the models name.", HelpName = "DIR", Required = true };

    private static readonly Option<string[]> Photos = new("--photos") { Description = "A photo to judge by, or a folder of them; may be repeated.", HelpName = "FILE|DIR" };

    private static readonly Option<string[]> Portraits = new("--portraits") { Description = "The same with faces: they decide on the column 'face'.", HelpName = "FILE|DIR" };

    private static readonly Option<string?> References = new("--references") { Description = "Compare with `videostyle paint`. The folder keeps its images; what is missing is painted first, in minutes each.", HelpName = "DIR" };

    private static readonly Option<int> Size = new("--size") { Description = "The shorter side of photos and style images in pixels, a multiple of 8.", DefaultValueFactory = _ => 512, HelpName = "PIXELS" };

    private static readonly Option<bool> Json = new("--json") { Description = "Write one JSON object a style to standard output." };

    private static readonly Option<bool> Verbose = new("--verbose") { Description = "Print the stack trace of a defect." };

    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        Styles.Validators.Add(Arguments.RefuseOptionLike);
        Command command = new("judge", "Says how near styles come to their style images: style, content, weave, colors, faces.") { Styles };
        foreach (var option in (Option[])[StyleImages, Photos, Portraits, References, Size, Json, Verbose])
            command.Options.Add(option);
        command.SetAction(Run);
        return command;
    }

    private static Task<int> Run(ParseResult parse, CancellationToken cancellationToken)
    {
        var options = new StyleJudgeOptions
        {
            Styles = parse.GetValue(Styles) ?? [],
            StyleImages = parse.GetRequiredValue(StyleImages),
            Photos = parse.GetValue(Photos) ?? [],
            Portraits = parse.GetValue(Portraits) ?? [],
            References = parse.GetValue(References),
            Size = parse.GetValue(Size),
        };
        options.Validate();
        var json = parse.GetValue(Json);
        // One long computation; it gets a thread of its own so that signals are still heard.
        return Task.Run(() => Judge(new StyleJudge(options, WeightsStore.User, text => Console.Error.WriteLine($"note: {text}")), json, cancellationToken), CancellationToken.None);
    }

    private static int Judge(StyleJudge judge, bool json, CancellationToken cancellationToken)
    {
        var table = new Table().RoundedBorder().AddColumns("style image", "style", "network", "style distance", "content", "weave", "colors", "face");
        foreach (var judged in judge.Run(cancellationToken))
        {
            if (json)
                JsonLine.Write(new { v = 1, type = "judged", name = judged.Name, network = judged.Network, styleImage = judged.StyleImage, score = judged.Score, reference = judged.Reference });
            else
                table.AddRow([.. Row(judged).Select(Markup.Escape)]);
        }

        if (json)
            return ExitCode.Success;
        MeasureCommand.StandardOutput().Write(table);
        Chatter.WriteLine("Every number is a distance, 0 the best; in brackets, times that of paint. Weave: 1 is the style image's own.");
        return ExitCode.Success;
    }

    private static IEnumerable<string> Row(JudgedStyle judged)
    {
        var (score, reference) = (judged.Score, judged.Reference);
        return
        [
            Path.GetFileNameWithoutExtension(judged.StyleImage),
            judged.Name,
            judged.Network ?? "",
            Number(score.Style, reference?.Style),
            Number(score.Content, reference?.Content),
            score.Weave is { } weave ? Number(weave, null) : "–",
            Number(score.Color, reference?.Color),
            score.Face is { } face ? Number(face, reference?.Face) : "–",
        ];
    }

    private static string Number(double value, double? reference) =>
        value.ToString("0.000", CultureInfo.InvariantCulture) + (reference is > 0 and var known ? string.Create(CultureInfo.InvariantCulture, $" ({value / known:0.00}×)") : "");
}
