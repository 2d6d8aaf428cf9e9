using System.CommandLine;
using VideoStyle.Cli.Help;
using VideoStyle.Core.Errors;

namespace VideoStyle.Cli.Commands;

/// <summary><c>videostyle help [COMMAND]</c>: the same as <c>COMMAND --help</c>.</summary>
internal static class HelpCommand
{
    private static readonly Argument<string[]> Path = new("command") { Description = "The command; without one, all of them are listed.", Arity = ArgumentArity.ZeroOrMore };

    /// <summary>Builds the command.</summary>
    /// <param name="root">The grammar.</param>
    public static Command Create(RootCommand root)
    {
        Path.CompletionSources.Add(_ => root.Subcommands.Where(c => !c.Hidden).Select(c => new System.CommandLine.Completions.CompletionItem(c.Name)));
        Command command = new("help", "Shows the help of a command.") { Path };
        command.SetAction(parse =>
        {
            Command at = root;
            foreach (var name in parse.GetValue(Path) ?? [])
                at = at.Subcommands.FirstOrDefault(c => string.Equals(c.Name, name, StringComparison.Ordinal) || c.Aliases.Contains(name)) ?? throw Unknown(name, at);
            Console.Out.Write(HelpPage.Of(at, string.Join(' ', (parse.GetValue(Path) ?? []).Prepend("videostyle")), HelpPage.Columns));
            return ExitCode.Success;
        });
        return command;
    }

    private static VideoStyleException Unknown(string name, Command at) =>
        new(
            ErrorKind.Usage,
            $"There is no command '{name}'.",
            TypoHint.Nearest(name, at.Subcommands.Where(c => !c.Hidden).Select(c => c.Name)) is { } near ? $"Did you mean {near}?" : "Type `videostyle help` for all commands.");
}
