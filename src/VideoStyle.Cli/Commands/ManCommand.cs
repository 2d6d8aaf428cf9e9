using System.CommandLine;
using VideoStyle.Cli.Help;

namespace VideoStyle.Cli.Commands;

/// <summary><c>videostyle man</c>: prints the manual page that is kept as <c>videostyle.1</c>.</summary>
internal static class ManCommand
{
    /// <summary>Builds the command.</summary>
    /// <param name="root">The grammar that the page is written from.</param>
    public static Command Create(RootCommand root)
    {
        Command command = new("man", "Prints the manual page, in roff.") { Hidden = true };
        command.SetAction(_ =>
        {
            Console.Out.Write(ManPage.Write(root));
            return ExitCode.Success;
        });
        return command;
    }
}
