using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace VideoStyle.Cli.Help;

/// <summary>The parser's help, followed by examples that can be copied.</summary>
internal sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
{
    /// <summary>Puts the examples under the help of every command.</summary>
    public static void Install(RootCommand root)
    {
        var option = root.Options.OfType<HelpOption>().Single();
        option.Action = new HelpWithExamples((HelpAction)option.Action!);
    }

    /// <summary>Asked for help, a command line needs nothing else to be right.</summary>
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var result = help.Invoke(parseResult);
        var command = parseResult.CommandResult.Command;
        var examples = Examples.Of(command is RootCommand ? "videostyle" : command.Name);
        if (examples.Count == 0)
            return result;
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Examples:");
        foreach (var (line, what) in examples)
            output.WriteLine($"  {line}\n      {what}");
        return result;
    }
}
