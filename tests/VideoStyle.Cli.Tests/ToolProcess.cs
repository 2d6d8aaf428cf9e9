using System.Diagnostics;

namespace VideoStyle.Cli.Tests;

/// <summary>What one run of the tool gave.</summary>
internal sealed record ToolResult(int ExitCode, string Output, string Error)
{
    public string LastErrorLine => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault() ?? "";
}

/// <summary>Runs the built tool as a user would, in a process of its own.</summary>
internal static class ToolProcess
{
    public static readonly string Tool = Path.Combine(AppContext.BaseDirectory, "videostyle");

    public static Process Start(params string[] arguments)
    {
        // A shell starts its background jobs deaf to Ctrl+C, and what they start inherits that; the tool must hear it here.
        ProcessStartInfo start = new("env", ["--default-signal=INT", Tool, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        start.Environment["XDG_CONFIG_HOME"] = Path.GetTempPath();
        return Process.Start(start)!;
    }

    public static async Task<ToolResult> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        process.StandardInput.Close();
        return await EndAsync(process);
    }

    public static async Task<ToolResult> EndAsync(Process process)
    {
        using CancellationTokenSource late = new(TimeSpan.FromMinutes(3));
        var output = process.StandardOutput.ReadToEndAsync(late.Token);
        var error = process.StandardError.ReadToEndAsync(late.Token);
        try
        {
            await process.WaitForExitAsync(late.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return new ToolResult(process.ExitCode, await output, await error);
    }
}
