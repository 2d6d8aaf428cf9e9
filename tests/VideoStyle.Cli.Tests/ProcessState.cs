using System.Diagnostics;
using System.Globalization;

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

    /// <summary>Whether a process has a handler of its own for a signal.</summary>
    public static bool Catches(Process process, int signal)
    {
        var caught = Read(process, "status").Split('\n').FirstOrDefault(line => line.StartsWith("SigCgt:", StringComparison.Ordinal));
        return caught is not null && (ulong.Parse(caught[7..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> (signal - 1) & 1) == 1;
    }

    /// <summary>Whether a process has a library in memory.</summary>
    public static bool HasLoaded(Process process, string library) => Read(process, "maps").Contains(library, StringComparison.Ordinal);

    private static string Read(Process process, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{process.Id}/{file}");
        }
        catch (IOException)
        {
            return ""; // it ended meanwhile
        }
    }
}
