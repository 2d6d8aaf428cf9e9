using VideoStyle.Cli.Output;
using VideoStyle.Watch;

namespace VideoStyle.Cli.Watching;

/// <summary>Writes what a watcher does: lines for people on standard error, or JSON events on standard output.</summary>
internal sealed class WatchLog(bool json)
{
    /// <summary>Writes one event.</summary>
    public void Write(WatchEvent e)
    {
        if (json)
            JsonLine.Write(new { v = 1, type = e.Type, job = e.Job?.Id, source = e.Job?.Path, output = e.Job?.Output, style = e.Job?.Style, message = e.Message });
        else if (!Chatter.IsQuiet || e.Type is "failed" or "quarantined" or "warning" or "error" or "waiting")
            Console.Error.WriteLine(Line(e));
    }

    // A file's name may hold a line break, which must not look like a line of ours.
    private static string Line(WatchEvent e)
    {
        var what = e.Job is { } job ? $"{job.Path} → {job.Output}" : "";
        var message = string.Join(": ", new[] { what, e.Message ?? "" }.Where(part => part.Length > 0));
        return $"{e.Type,-11} {PrintableText.Line(message)}";
    }
}
