using System.CommandLine;
using Spectre.Console;
using VideoStyle.Cli.Output;
using VideoStyle.Networks.Models;

namespace VideoStyle.Cli.Commands;

/// <summary><c>videostyle styles</c>.</summary>
internal static class StylesCommand
{
    private static readonly Option<bool> Json = new("--json") { Description = "Write one JSON object a style to standard output." };

    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        Command command = new("styles", "Lists the built-in styles.") { Json };
        command.Subcommands.Add(StylesJudgeCommand.Create());
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parse)
    {
        var styles = StyleCatalog.BuiltIn.LoadAll().ToList();
        if (parse.GetValue(Json))
        {
            foreach (var style in styles)
                JsonLine.Write(new { v = 1, type = "style", name = style.Name, architecture = style.Architecture.Name, path = style.Path, thumbnail = ThumbnailOf(style), card = style.Metadata });
            return ExitCode.Success;
        }

        var table = new Table().RoundedBorder().AddColumn("style", column => column.NoWrap()).AddColumns("network", "after", "what it looks like");
        foreach (var style in styles)
            table.AddRow(Markup.Escape(style.Name), style.Architecture.Name, Markup.Escape(After(style.Metadata)), Markup.Escape(style.Metadata.GetValueOrDefault("description", "")));
        AnsiConsole.Write(table);
        Chatter.WriteLine("Paint with one of them: videostyle convert in.mp4 out.mp4 --style NAME");
        return ExitCode.Success;
    }

    private static string? ThumbnailOf(StyleModel style) =>
        Path.ChangeExtension(style.Path, ".jpg") is var picture && File.Exists(picture) ? picture : null;

    // "PD: Vincent van Gogh, The Starry Night, 1889 (d.1890); file from …": the painter and the work are enough here.
    private static string After(IReadOnlyDictionary<string, string> metadata)
    {
        if (!metadata.TryGetValue("style_licence", out var licence))
            return metadata.GetValueOrDefault("style_image", "");
        var text = licence.Split(';')[0];
        return text.StartsWith("PD: ", StringComparison.Ordinal) ? text[4..] : text;
    }
}
