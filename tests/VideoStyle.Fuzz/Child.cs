using System.Diagnostics;
using System.Globalization;

namespace VideoStyle.Fuzz;

/// <summary>How one case went.</summary>
/// <param name="Exit">The exit code; -1 for the death of the process, -2 for a hang.</param>
/// <param name="Error">What was written to standard error, in one line.</param>
/// <param name="Time">How much processor time it took, which a busy machine does not change.</param>
/// <param name="PeakMiB">The most memory of the process so far.</param>
internal sealed record Outcome(int Exit, string Error, TimeSpan Time, long PeakMiB)
{
    public const int Died = -1;
    public const int Hung = -2;
}

/// <summary>A worker process, started anew after it died, hung, or had many cases.</summary>
internal sealed class Child : IDisposable
{
    private const int CasesOfOne = 200;
    private static readonly TimeSpan LongestCase = TimeSpan.FromSeconds(30);

    private Process? _process;
    private int _cases;

    public async Task<Outcome> RunAsync(string reader, string file)
    {
        if (_process is null || ++_cases > CasesOfOne)
            Start();
        var process = _process!;
        var begin = process.TotalProcessorTime;
        await process.StandardInput.WriteLineAsync($"{reader}\t{file}").ConfigureAwait(false);
        await process.StandardInput.FlushAsync().ConfigureAwait(false);
        using CancellationTokenSource late = new(LongestCase);
        try
        {
            var answer = await process.StandardOutput.ReadLineAsync(late.Token).ConfigureAwait(false);
            if (answer is not null)
            {
                process.Refresh();
                var (exit, error) = answer.Split('\t', 2) is [var e, var t] ? (e, t) : (answer, "");
                return new Outcome(int.Parse(exit, CultureInfo.InvariantCulture), error, process.TotalProcessorTime - begin, PeakMiB(process.Id));
            }

            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            var code = process.ExitCode;
            Stop();
            return new Outcome(Outcome.Died, $"the process ended with {code}", TimeSpan.Zero, 0);
        }
        catch (OperationCanceledException)
        {
            var peak = PeakMiB(process.Id);
            Stop();
            return new Outcome(Outcome.Hung, "", LongestCase, peak);
        }
    }

    public void Dispose() => Stop();

    private void Start()
    {
        Stop();
        ProcessStartInfo start = new(Path.Combine(AppContext.BaseDirectory, "VideoStyle.Fuzz"), ["--worker"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        start.Environment["XDG_CONFIG_HOME"] = Path.GetTempPath();
        _process = Process.Start(start)!;
        _cases = 0;
    }

    private void Stop()
    {
        if (_process is null)
            return;
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
        _process = null;
    }

    private static long PeakMiB(int process)
    {
        var status = $"/proc/{process}/status";
        if (!File.Exists(status))
            return 0;
        var line = File.ReadLines(status).FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return line is null ? 0 : long.Parse(line.AsSpan(6).Trim().ToString().Split(' ')[0], CultureInfo.InvariantCulture) / 1024;
    }
}
