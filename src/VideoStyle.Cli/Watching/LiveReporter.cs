using System.Globalization;
using VideoStyle.Cli.Output;
using VideoStyle.Live;
using VideoStyle.Native.Media;

namespace VideoStyle.Cli.Watching;

/// <summary>Tells what a live painting does: lines for people on standard error, or JSON events on standard output.</summary>
internal sealed class LiveReporter(bool json)
{
    private static readonly TimeSpan OnTerminal = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan InLogs = TimeSpan.FromSeconds(30);

    /// <summary>Tells an event.</summary>
    public void Write(LiveEvent e)
    {
        if (json)
            JsonLine.Write(new { v = 1, type = e.Type, message = e.Message });
        else if (!Chatter.IsQuiet || e.Type is "warning" or "source")
            Console.Error.WriteLine($"{(Chatter.IsLive ? "\r\u001b[K" : "")}{(e.Type is "warning" ? "warning: " : "")}{PrintableText.Line(e.Message)}");
    }

    /// <summary>Tells the beginning.</summary>
    public void Started(LiveRun run, IReadOnlyList<string> targets)
    {
        var outputs = targets.Select(StreamUrl.Shown).ToList();
        if (json)
            JsonLine.Write(new { v = 1, type = "started", input = run.Video.Name, outputs, stylizer = run.Description, width = run.Video.Width, height = run.Video.Height });
        else
            Chatter.WriteLine(PrintableText.Line($"{run.Video.Name}: {run.Video.Width}x{run.Video.Height}, {run.Description}{(outputs.Count > 0 ? $" → {string.Join(", ", outputs)}" : "")}; Ctrl+C ends"));
    }

    /// <summary>Tells how it goes, again and again until it is disposed.</summary>
    public IDisposable Follow(LiveRun run)
    {
        var every = Chatter.IsLive && !json ? OnTerminal : InLogs;
        return new Timer(_ => Tell(run.Status, run.LevelName), state: null, every, every);
    }

    /// <summary>Tells the end: what was dropped, and where the time went.</summary>
    public void Finished(LiveRun run)
    {
        var status = run.Status;
        var busy = run.Busy.ToDictionary(stage => stage.Key, stage => Math.Round(stage.Value.TotalSeconds, 3), StringComparer.Ordinal);
        var (median, high) = (run.Latency.OfAll(0.5).TotalMilliseconds, run.Latency.OfAll(0.95).TotalMilliseconds);
        if (json)
        {
            JsonLine.Write(new
            {
                v = 1,
                type = "done",
                arrived = status.Arrived,
                painted = status.Written,
                dropped = status.Dropped,
                medianLatencyMs = median,
                highLatencyMs = high,
                level = status.Level,
                busySeconds = busy,
            });
            return;
        }

        Chatter.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{(Chatter.IsLive ? "\r\u001b[K" : "")}{status.Written} frames painted, {status.Dropped} of {status.Arrived} dropped; delay {median:0} ms, at most {high:0} ms for 95 %; busy: {string.Join(", ", busy.Select(stage => $"{stage.Key} {stage.Value:0.0} s"))}"));
    }

    private void Tell(LiveStatus status, string level)
    {
        if (json)
        {
            JsonLine.Write(new
            {
                v = 1,
                type = "progress",
                painted = status.Written,
                dropped = status.Dropped,
                fps = Math.Round(status.FramesPerSecond, 1),
                medianLatencyMs = Math.Round(status.MedianLatency.TotalMilliseconds),
                highLatencyMs = Math.Round(status.HighLatency.TotalMilliseconds),
                level = status.Level,
                slowest = status.Slowest,
            });
            return;
        }

        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"{status.FramesPerSecond:0.0} fps, delay {status.MedianLatency.TotalMilliseconds:0} ms, {status.Dropped} dropped{(status.Level > 0 ? $", {level}" : "")}");
        if (Chatter.IsLive)
            Chatter.Write($"\r{line}\u001b[K");
        else
            Chatter.WriteLine(line);
    }
}
