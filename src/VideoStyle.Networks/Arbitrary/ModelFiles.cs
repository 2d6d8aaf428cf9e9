using System.IO.Enumeration;

namespace VideoStyle.Networks.Arbitrary;

/// <summary>Finds model files by the names that they are published under.</summary>
/// <param name="folders">Where to search, first to last; each with up to three levels of subfolders.</param>
internal sealed class ModelFiles(IReadOnlyList<string> folders)
{
    private const int Depth = 3;
    private const int MaxFiles = 20_000;
    private static readonly string[] Extensions = [".safetensors", ".npz", ".pth", ".pt", ".tar"];

    private readonly Lazy<List<string>> _files = new(() => [.. folders.SelectMany(List)]);

    /// <summary>Gets the searched folders.</summary>
    internal IReadOnlyList<string> Folders => folders;

    /// <summary>Finds the first file whose name matches a pattern with <c>*</c>.</summary>
    internal string? Find(string pattern) => FindAll(pattern).FirstOrDefault();

    /// <summary>Finds all files whose name matches.</summary>
    internal IEnumerable<string> FindAll(string pattern) => _files.Value.Where(f => Matches(f, pattern));

    /// <summary>Finds the first file whose name and whose folder's name match.</summary>
    internal string? FindIn(string folder, string pattern) =>
        _files.Value.Find(f => Matches(f, pattern) && FileSystemName.MatchesSimpleExpression(folder, Path.GetFileName(Path.GetDirectoryName(f)) ?? ""));

    /// <summary>Finds a folder with a file for each pattern.</summary>
    /// <returns>The files, in the order of the patterns; null where there is no such folder.</returns>
    internal string[]? FindSet(params IEnumerable<string> patterns)
    {
        string[] all = [.. patterns];
        return _files.Value.GroupBy(Path.GetDirectoryName, StringComparer.Ordinal)
            .Select(folder => all.Select(pattern => folder.FirstOrDefault(f => Matches(f, pattern))).OfType<string>().ToArray())
            .FirstOrDefault(found => found.Length == all.Length);
    }

    private static bool Matches(string file, string pattern) => FileSystemName.MatchesSimpleExpression(pattern, Path.GetFileName(file));

    private static IEnumerable<string> List(string folder)
    {
        if (!Directory.Exists(folder))
            return [];
        var options = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = Depth, IgnoreInaccessible = true };
        return Directory.EnumerateFiles(folder, "*", options)
            .Where(f => Extensions.Contains(Path.GetExtension(f).ToLowerInvariant(), StringComparer.Ordinal))
            .Take(MaxFiles)
            .Order(StringComparer.Ordinal);
    }
}
