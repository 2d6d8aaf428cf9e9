using System.CommandLine;
using VideoStyle.Cli.Config;

namespace VideoStyle.Cli.Commands;

/// <summary><c>videostyle config show</c>.</summary>
internal static class ConfigCommand
{
    /// <summary>Builds the command.</summary>
    /// <param name="commands">The commands whose options can be configured.</param>
    public static Command Create(IReadOnlyList<Command> commands)
    {
        Argument<string?> only = new("command") { Description = "Only this command.", Arity = ArgumentArity.ZeroOrOne };
        only.AcceptOnlyFromAmong([.. commands.Select(c => c.Name)]);
        Option<string?> file = new("--config") { Description = "A configuration file before the user's.", HelpName = "FILE" };
        Command show = new("show", "Tells which options are set outside the command line, and where.") { only, file };
        show.SetAction(parse =>
        {
            foreach (var command in commands.Where(c => parse.GetValue(only) is not { } name || string.Equals(c.Name, name, StringComparison.Ordinal)))
            {
                foreach (var option in Configuration.For(command, parse.GetValue(file)))
                    Console.Out.WriteLine($"{command.Name} {option.Option}{(option.Value is null ? "" : $" {option.Value}")}\t({option.Origin})");
            }

            Console.Error.WriteLine($"{(File.Exists(Configuration.UserFile) ? "read" : "not there")}: {Configuration.UserFile}");
            return ExitCode.Success;
        });
        return new Command("config", "Shows the configuration.") { show };
    }
}
