using System.Text.Json;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Options;
using VideoStyle.Native.Files;
using VideoStyle.Watch.Scanning;
using VideoStyle.Watch.Store;

namespace VideoStyle.Watch;

/// <summary>Moves sources away when they are finished with: to the done folder, or to quarantine and back. No file ever replaces another.</summary>
internal sealed class SourceMover(WatchedFolders folders, JobStore store)
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Moves a source to the done folder, keeping its place in the tree.</summary>
    /// <returns>Null, or why it had to stay.</returns>
    public string? ToDone(string path) =>
        folders.Done is { } done ? Try(() => Move(Source(path), Path.Combine(done, Free(path, name => Path.Exists(Path.Combine(done, name)))))) : null;

    /// <summary>Moves a source to quarantine with a file beside it that says why.</summary>
    /// <returns>Null, or why it had to stay.</returns>
    public string? ToQuarantine(Job job, string reason) =>
        Try(() =>
        {
            var held = Free(job.Path, name => Path.Exists(InQuarantine(name)) || store.IsHeld(name));
            Directory.CreateDirectory(Path.GetDirectoryName(InQuarantine(held))!);
            WriteWhy(job, reason, WhyFile(held));
            if (!File.Exists(Source(job.Path)))
                return;
            store.Hold(job.Id, held); // first, so that a kill in between leaves no file that nobody finds again
            Move(Source(job.Path), InQuarantine(held));
        });

    /// <summary>Brings a source back from quarantine, where it lies there and its place is free.</summary>
    public void FromQuarantine(Job job)
    {
        if (job.Held is not { } held)
            return;
        if (File.Exists(InQuarantine(held)) && !Path.Exists(Source(job.Path)))
        {
            Move(InQuarantine(held), Source(job.Path));
            File.Delete(WhyFile(held));
        }

        store.Hold(job.Id, name: null);
    }

    private string Source(string path) => Path.Combine(folders.Input, path);

    private string InQuarantine(string name) => Path.Combine(folders.Quarantine, name);

    private void WriteWhy(Job job, string reason, string file)
    {
        var text = JsonSerializer.Serialize(
            new { source = Source(job.Path), job.Style, options = OptionCatalog<StylerOptions>.Differences(job.Options), reason, job.Failures, job.FoundAt, job = job.Id },
            Format);
        using var why = OutputFile.Begin(file, force: true);
        using (StreamWriter writer = new(why.Stream, leaveOpen: true))
            writer.WriteLine(text);
        why.Commit();
    }

    // The name of the source may already be as long as names can be.
    private string WhyFile(string held) => InQuarantine(OutputNaming.Shortened(held, ".why.json"));

    private static void Move(string source, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        OutputFile.Place(source, target, replace: false);
    }

    private static string? Try(Action move)
    {
        try
        {
            move();
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or VideoStyleException)
        {
            return e.Message;
        }
    }

    private static string Free(string path, Func<string, bool> isTaken)
    {
        var free = path;
        for (var number = 2; isTaken(free); number++)
            free = OutputNaming.Numbered(path, number.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return free;
    }
}
