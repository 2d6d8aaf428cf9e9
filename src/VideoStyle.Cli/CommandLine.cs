using System.CommandLine;
using VideoStyle.Cli.Commands;
using VideoStyle.Cli.Config;
using VideoStyle.Cli.Help;
using VideoStyle.Cli.Output;
using VideoStyle.Core.Errors;
using VideoStyle.Torch.Runtime;

namespace VideoStyle.Cli;

/// <summary>Parses the command line, runs one command and maps its end to an exit code.</summary>
internal static class CommandLine
{
    private static readonly Option<string?> ConfigFile = new("--config")
    {
        Description = "Options from a JSON file, before those of ~/.config/videostyle/config.json.",
        HelpName = "FILE",
    };

    private static readonly Option<bool> Quiet = new("--quiet", "-q") { Description = "Write results, warnings and errors only." };

    // A word that begins with @ is a file like any other, not a file of arguments.
    private static readonly ParserConfiguration Parsing = new() { ResponseFileTokenReplacer = null };

    /// <summary>Builds the whole grammar.</summary>
    public static RootCommand Create()
    {
        List<Command> configurable =
        [
            ConvertCommand.Create(),
            LiveCommand.Create(),
            WatchCommand.Create(),
            JobsCommand.Create(),
            MeasureCommand.Create(),
            TrainCommand.Create(),
            PaintCommand.Create(),
            WeightsCommand.Create(),
            BenchCommand.Create(),
        ];
        RootCommand root = new("Turns a video into a painting that does not flicker.");
        foreach (var command in configurable)
        {
            command.Options.Add(ConfigFile);
            command.Options.Add(Quiet);
            root.Subcommands.Add(command);
        }

        var styles = StylesCommand.Create();
        styles.Options.Add(Quiet);
        root.Subcommands.Add(styles);
        root.Subcommands.Add(DoctorCommand.Create());
        root.Subcommands.Add(ConfigCommand.Create(configurable));
        root.Subcommands.Add(CompletionCommand.Create());
        root.Subcommands.Add(ManCommand.Create(root));
        root.Subcommands.Add(HelpCommand.Create(root));
        PrintHelp.Install(root);
        return root;
    }

    /// <summary>Runs the tool.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        // Before anything is parsed: until the first frame is decoded, both cores have something to do.
        if (ConvertCommand.Stylizes(args))
            TorchRuntime.Preload();
        var root = Create();
        if (args.Length == 0)
            args = ["--help"];
        args = Arguments.TakeLiterally(args);
        var parse = root.Parse(args, Parsing);
        var json = args.Contains("--json", StringComparer.Ordinal);
        try
        {
            parse = Configure(root, args, parse);
        }
        catch (VideoStyleException e)
        {
            return FailureLine.Write(json, e);
        }

        if (parse.Errors.Count > 0)
            return ReportUsage(parse);

        Chatter.IsQuiet = parse.GetValue(Quiet);
        using Shutdown shutdown = new();
        InvocationConfiguration invocation = new()
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null, // Shutdown owns the signals
        };
        try
        {
            return await parse.InvokeAsync(invocation, shutdown.Token).ConfigureAwait(false);
        }
        catch (StoppedException e)
        {
            return FailureLine.Write(json, shutdown.ExitCode, "interrupted", e.Message, e.Hint);
        }
        catch (OperationCanceledException) when (shutdown.Token.IsCancellationRequested)
        {
            return FailureLine.Write(json, shutdown.ExitCode, "interrupted", "Stopped before it was done; nothing was left behind.", hint: null);
        }
        catch (VideoStyleException e)
        {
            return FailureLine.Write(json, e);
        }
        catch (Exception e)
        {
            return FailInternally(json, args, e);
        }
    }

    // What is set elsewhere is put behind the command line as if it had been typed, unless it was typed.
    private static ParseResult Configure(RootCommand root, string[] args, ParseResult parse)
    {
        var command = parse.CommandResult.Command;
        if (parse.Errors.Count > 0 || !command.Options.Contains(ConfigFile))
            return parse;
        var configured = Configuration.For(command, parse.GetValue(ConfigFile))
            .Where(option => command.Options.First(o => string.Equals(o.Name, option.Option, StringComparison.Ordinal)) is var known
                && parse.GetResult(known) is null or { Implicit: true });
        var end = Array.IndexOf(args, "--") is >= 0 and var dashes ? dashes : args.Length;
        return root.Parse([.. args[..end], .. Configuration.AsArguments(configured), .. args[end..]], Parsing);
    }

    private static int ReportUsage(ParseResult parse)
    {
        foreach (var error in parse.Errors)
            Console.Error.WriteLine($"videostyle: error: {PrintableText.Line(error.Message.ReplaceLineEndings(" "))}");
        var command = parse.CommandResult.Command;
        var hint = TypoHint.For(parse) ?? $"Type `{PrintHelp.PathOf(parse.CommandResult)} --help` for the options of {command.Name}.";
        Console.Error.WriteLine($"  {hint}");
        return ExitCode.Usage;
    }

    private static int FailInternally(bool json, string[] args, Exception e)
    {
        var verbose = args.Contains("--verbose", StringComparer.Ordinal);
        var (exitCode, kind, message, hint) = UnexpectedFailure.Describe(e);
        FailureLine.Write(json, exitCode, kind, message, verbose ? null : hint);
        if (verbose)
            Console.Error.WriteLine(e);
        return exitCode;
    }
}
