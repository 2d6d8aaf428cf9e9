using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using VideoStyle.Cli.Binding;
using VideoStyle.Cli.Output;
using VideoStyle.Judging;
using VideoStyle.Networks.Weights;

namespace VideoStyle.Cli.Commands;

/// <summary><c>videostyle styles judge [STYLE…] --style-images DIR --photos DIR</c>.</summary>
internal static class StylesJudgeCommand
{
    private static readonly Argument<string[]> Styles = new("style") { Description = "What to judge: names, model files, or FILE#IMAGE. Default: every built-in style.", Arity = ArgumentArity.ZeroOrMore };

    private static readonly OptionBinder<StyleJudgeOptions> Options = new OptionBinder<StyleJudgeOptions>().Require("style-images");

    private static readonly Option<bool> Json = new("--json") { Description = "Write one JSON object a style to standard output." };

    private static readonly Option<bool> Verbose = new("--verbose") { Description = "Print the stack trace of a defect." };

    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        Styles.Validators.Add(Arguments.RefuseOptionLike);
        Command command = new("judge", "Says how near styles come to their style images: style, content, weave, colors, faces.") { Styles };
        Options.AddTo(command);
        command.Options.Add(Json);
        command.Options.Add(Verbose);
        command.SetAction(Run);
        return command;
    }

    private static Task<int> Run(ParseResult parse, CancellationToken cancellationToken)
    {
        var options = Options.Read(parse, new StyleJudgeOptions { StyleImages = "", Styles = parse.GetValue(Styles) ?? [] });
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
