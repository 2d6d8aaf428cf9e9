using System.Text.Json;
using VideoStyle.Core.Errors;
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
        folders.Done is { } done ? Try(() => Move(folders.Input, path, done, Free(path, name => Path.Exists(Path.Combine(done, name))))) : null;

    /// <summary>Moves a source to quarantine with a file beside it that says why.</summary>
    /// <returns>Null, or why it had to stay.</returns>
    public string? ToQuarantine(Job job, string reason) =>
        Try(() =>
        {
            var held = Free(job.Path, name => Path.Exists(InQuarantine(name)) || store.IsHeld(name));
            WriteWhy(job, reason, WhyFile(held));
            if (!File.Exists(Source(job.Path)))
                return;
            store.Hold(job.Id, held); // first, so that a kill in between leaves no file that nobody finds again
            Move(folders.Input, job.Path, folders.Quarantine, held);
        });

    /// <summary>Brings a source back from quarantine, where it lies there and its place is free.</summary>
    public void FromQuarantine(Job job)
    {
        if (job.Held is not { } held)
            return;
        if (File.Exists(InQuarantine(held)) && !Path.Exists(Source(job.Path)))
        {
            Move(folders.Quarantine, held, folders.Input, job.Path);
            using var folder = PinnedFolder.Open(folders.Quarantine, FolderOf(held));
            File.Delete(folder.PathOf(Path.GetFileName(WhyFile(held))));
        }

        store.Hold(job.Id, name: null);
    }

    private string Source(string path) => Path.Combine(folders.Input, path);

    private string InQuarantine(string name) => Path.Combine(folders.Quarantine, name);

    private void WriteWhy(Job job, string reason, string path)
    {
        using var folder = PinnedFolder.Open(folders.Quarantine, FolderOf(path));
        var text = JsonSerializer.Serialize(
            new { source = Source(job.Path), job.Style, options = OptionCatalog<StylerOptions>.Differences(job.Options), reason, job.Failures, job.FoundAt, job = job.Id },
            Format);
        using var why = OutputFile.Begin(folder.PathOf(Path.GetFileName(path)), force: true, Source(job.Path));
        using (StreamWriter writer = new(why.Stream, leaveOpen: true))
            writer.WriteLine(text);
        why.Commit();
    }

    // The name of the source may already be as long as names can be.
    private static string WhyFile(string held) => OutputNaming.Shortened(held, ".why.json");

    // Whoever may write to one of the folders must not have files moved from or to another place by a link.
    private static void Move(string sourceRoot, string source, string targetRoot, string target)
    {
        using var from = PinnedFolder.Open(sourceRoot, FolderOf(source), create: false);
        using var to = PinnedFolder.Open(targetRoot, FolderOf(target));
        try
        {
            OutputFile.Place(from.PathOf(Path.GetFileName(source)), to.PathOf(Path.GetFileName(target)), replace: false);
        }
        catch (VideoStyleException e)
        {
            throw new VideoStyleException(e.Kind, from.Readable(to.Readable(e.Message)), e.Hint, e);
        }
    }

    private static string FolderOf(string path) => Path.GetDirectoryName(path) ?? "";

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
