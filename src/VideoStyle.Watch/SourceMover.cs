using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using VideoStyle.Core.Options;
using VideoStyle.Watch.Scanning;

namespace VideoStyle.Watch;

/// <summary>Moves sources away when they are finished with: to the done folder, or to quarantine and back.</summary>
internal sealed class SourceMover(WatchedFolders folders)
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Moves a source to the done folder, keeping its place in the tree.</summary>
    /// <returns>Null, or why it had to stay.</returns>
    public string? ToDone(string path) => folders.Done is { } done ? Move(Source(path), Free(Path.Combine(done, path))) : null;

    /// <summary>Moves a source to quarantine with a file beside it that says why.</summary>
    /// <returns>Null, or why it had to stay.</returns>
    public string? ToQuarantine(Job job, string reason)
    {
        var target = Path.Combine(folders.Quarantine, job.Path);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        var report = JsonSerializer.Serialize(
            new { source = Source(job.Path), job.Style, options = OptionCatalog<StylerOptions>.Differences(job.Options), reason, job.Failures, job.FoundAt, job = job.Id },
            Format);
        File.WriteAllText(WhyFile(target), report + "\n");
        return File.Exists(Source(job.Path)) ? Move(Source(job.Path), target) : null;
    }

    /// <summary>Brings a source back from quarantine, where it lies there and its place is free.</summary>
    public void FromQuarantine(string path)
    {
        var held = Path.Combine(folders.Quarantine, path);
        if (!File.Exists(held) || File.Exists(Source(path)))
            return;
        Directory.CreateDirectory(Path.GetDirectoryName(Source(path))!);
        File.Move(held, Source(path));
        File.Delete(WhyFile(held));
    }

    private string Source(string path) => Path.Combine(folders.Input, path);

    // The name of the source may already be as long as names can be.
    private static string WhyFile(string target)
    {
        var name = Path.GetFileName(target) + ".why.json";
        var bytes = Encoding.UTF8.GetBytes(name);
        if (bytes.Length > 255)
            name = Convert.ToHexStringLower(SHA256.HashData(bytes)) + ".why.json";
        return Path.Combine(Path.GetDirectoryName(target)!, name);
    }

    private static string? Move(string source, string target)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Move(source, target, overwrite: true);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    private static string Free(string path)
    {
        var free = path;
        for (var number = 2; File.Exists(free); number++)
            free = Path.Combine(Path.GetDirectoryName(path)!, $"{number}~{Path.GetFileName(path)}");
        return free;
    }
}
