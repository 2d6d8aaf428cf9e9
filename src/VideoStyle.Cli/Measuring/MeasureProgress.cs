using System.Diagnostics;
using System.Globalization;
using VideoStyle.Cli.Output;

namespace VideoStyle.Cli.Measuring;

/// <summary>Tells on standard error how far a measurement is: in one line on a terminal, else after 16 s, 32 s, 64 s and so on.</summary>
internal sealed class MeasureProgress(bool quiet) : IProgress<long>, IDisposable
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly bool _terminal = Chatter.IsLive;
    private double _nextSeconds = Console.IsErrorRedirected ? 16 : 0.5;
    private bool _drawn;

    public void Report(long value)
    {
        var seconds = Stopwatch.GetElapsedTime(_start).TotalSeconds;
        if (quiet || seconds < _nextSeconds)
            return;
        _nextSeconds = _terminal ? seconds + 0.25 : 2 * _nextSeconds;
        var line = string.Create(CultureInfo.InvariantCulture, $"frame {value}, {value / seconds:0.0} a second");
        Chatter.Write(_terminal ? $"\r{line}  " : line + "\n");
        _drawn = _terminal;
    }

    public void Dispose()
    {
        if (_drawn)
            Chatter.Write("\r" + new string(' ', 40) + "\r");
    }
}
