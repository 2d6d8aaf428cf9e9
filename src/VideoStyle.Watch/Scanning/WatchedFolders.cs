using VideoStyle.Core.Errors;
using VideoStyle.Native.Files;

namespace VideoStyle.Watch.Scanning;

/// <summary>The folders of a watcher, checked so that no output can become an input.</summary>
public sealed class WatchedFolders
{
    private readonly string[] _excluded;

    /// <summary>Resolves and checks the folders.</summary>
    /// <param name="input">The folder that is watched; must exist.</param>
    /// <param name="output">The folder that paintings go to; created where it is missing. It may lie inside the input and is left out of the watching then.</param>
    /// <param name="done">Where sources go after their paintings are done, or null to leave them.</param>
    /// <param name="quarantine">Where files go that cannot be converted, or null for <c>quarantine</c> in the output folder.</param>
    /// <exception cref="VideoStyleException">A folder is missing, cannot be made, or would feed outputs back as inputs.</exception>
    public WatchedFolders(string input, string output, string? done = null, string? quarantine = null)
    {
        if (!Directory.Exists(input))
            throw new VideoStyleException(ErrorKind.Input, $"{input}: there is no such folder.", $"Create it with: mkdir -p '{input}'");
        Input = Resolve(input);
        Output = Create(output);
        if (IsInside(Input, Output))
            throw new VideoStyleException(
                ErrorKind.Usage,
                $"{input}: lies inside the output folder {output}, so paintings could be painted again.",
                "Choose an output folder beside it, or inside it.");
        Done = done is null ? null : Create(done);
        Quarantine = Create(quarantine ?? Path.Combine(Output, "quarantine"));
        _excluded = [Output, Quarantine, .. Done is null ? Array.Empty<string>() : [Done]];
        if (_excluded.FirstOrDefault(folder => IsInside(Input, folder)) is { } around)
            throw new VideoStyleException(ErrorKind.Usage, $"{around}: holds the watched folder {input} itself.", "Choose another folder.");
    }

    /// <summary>Gets the watched folder, without links.</summary>
    public string Input { get; }

    /// <summary>Gets the folder of the paintings, without links.</summary>
    public string Output { get; }

    /// <summary>Gets where finished sources go, or null.</summary>
    public string? Done { get; }

    /// <summary>Gets where hopeless sources go.</summary>
    public string Quarantine { get; }

    /// <summary>Tells whether a folder below the input belongs to the watcher itself and is not looked into.</summary>
    /// <param name="folder">A full path without links.</param>
    public bool IsExcluded(string folder) => _excluded.Any(excluded => IsInside(folder, excluded));

    private static bool IsInside(string path, string folder) =>
        path.Equals(folder, StringComparison.Ordinal) || path.StartsWith(folder.TrimEnd('/') + '/', StringComparison.Ordinal);

    private static string Create(string folder)
    {
        if (!Directory.Exists(folder))
            OutputTarget.CreateFolder(folder); // one that is there but cannot be written to is waited for
        return Resolve(folder);
    }

    // Each part in turn may be a link.
    private static string Resolve(string folder)
    {
        var full = Path.GetFullPath(folder);
        var resolved = "/";
        foreach (var part in full.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            DirectoryInfo next = new(Path.Combine(resolved, part));
            resolved = next.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? next.FullName;
        }

        return resolved;
    }
}
