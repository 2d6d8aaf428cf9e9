using System.Diagnostics;

namespace VideoStyle.Cli.Tests;

/// <summary>What a child process has come to, which only looking again and again can tell.</summary>
internal static class ProcessState
{
    /// <summary>Waits for a state of a child process or of a file that it writes.</summary>
    /// <exception cref="OperationCanceledException">It did not come within two minutes.</exception>
    public static async Task UntilAsync(Func<bool> condition)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromMinutes(2));
        while (!condition())
            await Task.Delay(2, limit.Token);
    }

    /// <summary>Whether a process has a library in memory.</summary>
    public static bool HasLoaded(Process process, string library)
    {
        try
        {
            return File.ReadAllText($"/proc/{process.Id}/maps").Contains(library, StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false; // it ended meanwhile
        }
    }
}
