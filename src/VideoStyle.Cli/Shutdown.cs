using System.Runtime.InteropServices;

namespace VideoStyle.Cli;

/// <summary>Turns the first SIGINT or SIGTERM into a cancellation; the second ends the process at once.</summary>
internal sealed class Shutdown : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;
    private int _asked;

    public Shutdown()
    {
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, c => OnSignal(c, Cli.ExitCode.Interrupted));
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, c => OnSignal(c, Cli.ExitCode.Terminated));
    }

    /// <summary>Gets the token that is cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Gets 130 or 143, once a signal came.</summary>
    public int ExitCode { get; private set; }

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
        _source.Dispose();
    }

    private void OnSignal(PosixSignalContext context, int exitCode)
    {
        if (Interlocked.Exchange(ref _asked, 1) != 0)
            return; // left uncancelled, so the runtime's default action ends the process

        context.Cancel = true;
        ExitCode = exitCode;
        Console.Error.WriteLine("videostyle: stopping; press Ctrl+C again to stop at once");
        _source.Cancel();
    }
}
