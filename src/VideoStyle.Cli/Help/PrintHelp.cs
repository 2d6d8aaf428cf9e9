using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;

namespace VideoStyle.Cli.Help;

/// <summary>What <c>--help</c> does, in place of the parser's own help.</summary>
internal sealed class PrintHelp : SynchronousCommandLineAction
{
    /// <summary>Asked for help, a command line needs nothing else to be right.</summary>
    public override bool ClearsParseErrors => true;

    /// <summary>Gives every command its help.</summary>
    public static void Install(RootCommand root)
    {
        var option = root.Options.OfType<HelpOption>().Single();
        option.Action = new PrintHelp();
        option.Description = "Show this help.";
        root.Options.OfType<VersionOption>().Single().Description = "Show the version.";
    }

    /// <inheritdoc />
    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.Write(HelpPage.Of(parseResult.CommandResult.Command, PathOf(parseResult.CommandResult), HelpPage.Columns));
        return ExitCode.Success;
    }

    /// <summary>Writes how a command is called: <c>videostyle jobs list</c>.</summary>
    public static string PathOf(CommandResult result)
    {
        List<string> names = [];
        for (SymbolResult? at = result; at is CommandResult command; at = at.Parent)
            names.Insert(0, command.Command is RootCommand ? "videostyle" : command.Command.Name);
        return string.Join(' ', names);
    }
}
