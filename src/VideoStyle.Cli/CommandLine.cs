using System.CommandLine;
using System.CommandLine.Parsing;
using VideoStyle.Cli.Commands;
using VideoStyle.Cli.Output;
using VideoStyle.Core.Errors;

namespace VideoStyle.Cli;

/// <summary>Parses the command line, runs one command and maps its end to an exit code.</summary>
internal static class CommandLine
{
    /// <summary>Builds the whole grammar.</summary>
    public static RootCommand Create() =>
        new("Turns a video into a painting that does not flicker.")
        {
            ConvertCommand.Create(),
            MeasureCommand.Create(),
            TrainCommand.Create(),
            WeightsCommand.Create(),
            StylesCommand.Create(),
            BenchCommand.Create(),
            DoctorCommand.Create(),
        };

    /// <summary>Runs the tool.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var root = Create();
        if (args.Length == 0)
            args = ["--help"];
        var parse = root.Parse(args);
        if (parse.Errors.Count > 0)
            return ReportUsage(parse);

        using Shutdown shutdown = new();
        InvocationConfiguration invocation = new()
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null, // Shutdown owns the signals
        };
        var json = args.Contains("--json", StringComparer.Ordinal);
        try
        {
            return await parse.InvokeAsync(invocation, shutdown.Token).ConfigureAwait(false);
        }
        catch (InterruptedException e)
        {
            return Fail(json, shutdown.ExitCode, "interrupted", e.Message, e.Hint);
        }
        catch (OperationCanceledException) when (shutdown.Token.IsCancellationRequested)
        {
            return Fail(json, shutdown.ExitCode, "interrupted", "Stopped before it was done; nothing was left behind.", hint: null);
        }
        catch (VideoStyleException e)
        {
            return Fail(json, ExitCode.For(e.Kind), e.Kind.ToString(), e.Message, e.Hint);
        }
        catch (Exception e)
        {
            return FailInternally(json, args, e);
        }
    }

    private static int ReportUsage(ParseResult parse)
    {
        foreach (var error in parse.Errors)
            Console.Error.WriteLine($"videostyle: error: {error.Message.ReplaceLineEndings(" ")}");
        var command = parse.CommandResult.Command;
        var path = string.Join(' ', Ancestors(parse.CommandResult).Reverse());
        var hint = TypoHint.For(parse) ?? $"Type `{path} --help` for the options of {command.Name}.";
        Console.Error.WriteLine($"  {hint}");
        return ExitCode.Usage;
    }

    private static IEnumerable<string> Ancestors(CommandResult result)
    {
        for (SymbolResult? at = result; at is CommandResult command; at = at.Parent)
            yield return command.Command is RootCommand ? "videostyle" : command.Command.Name;
    }

    private static int Fail(bool json, int code, string kind, string message, string? hint)
    {
        if (json)
            JsonLine.Write(new { v = 1, type = "failed", kind = kind.ToLowerInvariant(), exitCode = code, message, hint });
        Console.Error.WriteLine($"videostyle: error: {message}");
        if (hint is not null)
            Console.Error.WriteLine($"  {hint}");
        return code;
    }

    private static int FailInternally(bool json, string[] args, Exception e)
    {
        var verbose = args.Contains("--verbose", StringComparer.Ordinal);
        var code = Fail(json, ExitCode.Internal, "internal", $"{e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}",
            verbose ? null : "This is a defect in VideoStyle; add --verbose for the details to report.");
        if (verbose)
            Console.Error.WriteLine(e);
        return code;
    }
}
