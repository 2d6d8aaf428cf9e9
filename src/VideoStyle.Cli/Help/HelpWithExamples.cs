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
        var output = parseResult.InvocationConfiguration.Output;
        var result = WriteHelp(parseResult, output);
        var command = parseResult.CommandResult.Command;
        var examples = Examples.Of(command is RootCommand ? "videostyle" : command.Name);
        if (examples.Count == 0)
            return result;
        output.WriteLine("Examples:");
        foreach (var (line, what) in examples)
            output.WriteLine($"  {line}\n      {what}");
        return result;
    }

    // The parser calls the tool by its assembly's name.
    private int WriteHelp(ParseResult parseResult, TextWriter output)
    {
        using StringWriter text = new();
        parseResult.InvocationConfiguration.Output = text;
        var result = help.Invoke(parseResult);
        parseResult.InvocationConfiguration.Output = output;
        output.Write(text.ToString().Replace($" {RootCommand.ExecutableName} ", " videostyle ", StringComparison.Ordinal));
        return result;
    }
}
