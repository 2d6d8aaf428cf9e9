using VideoStyle.Core.Errors;

namespace VideoStyle.Torch.Runtime;

/// <summary>The folders of the libraries: libtorch in <c>LIBTORCH=DIR</c>, else all in <c>torch/</c> beside the executable, else where the build found them.</summary>
/// <param name="TorchSharp">The path of <c>libLibTorchSharp.so</c>.</param>
/// <param name="LibTorch">The folder of libtorch.</param>
internal sealed record TorchFolders(string TorchSharp, string LibTorch)
{
    /// <summary>The library that every libtorch contains.</summary>
    public const string Main = "libtorch_cpu.so";

    private const string Bindings = "libLibTorchSharp.so";
    private const string Variable = "LIBTORCH";

    /// <summary>Written by the build; absent from what is published.</summary>
    private const string Record = "torch.folder";

    /// <summary>Finds the libraries.</summary>
    /// <param name="program">The folder of the executable.</param>
    /// <param name="chosen">The value of <c>LIBTORCH</c>; null or empty where it is not set.</param>
    /// <exception cref="VideoStyleException">They are not there; the message names the folder.</exception>
    public static TorchFolders Find(string program, string? chosen)
    {
        List<string> folders = [Path.Combine(program, "torch")];
        var record = Path.Combine(program, Record);
        if (File.Exists(record))
            folders.Add(File.ReadAllText(record).Trim());

        var bindings = folders.Find(folder => File.Exists(Path.Combine(folder, Bindings)))
            ?? throw Missing($"{Bindings} is not in {string.Join(" or ", folders)}.", "Run `make build`, or `make install` again.");
        var libTorch = !string.IsNullOrEmpty(chosen)
            ? Chosen(Path.GetFullPath(chosen))
            : folders.Find(folder => File.Exists(Path.Combine(folder, Main)))
                ?? throw Missing(
                    $"{Main} is not in {string.Join(" or ", folders)}.",
                    $"Set {Variable}=DIR to a folder with libtorch {TorchVersion.Expected}, or run `make build` again."
                );
        return new TorchFolders(Path.Combine(bindings, Bindings), libTorch);
    }

    /// <summary>Finds a library of libtorch.</summary>
    /// <param name="name">Its file name.</param>
    /// <returns>The path, or null: then it is a library of the system.</returns>
    public string? PathOf(string name) => Path.Combine(LibTorch, name) is var path && File.Exists(path) ? path : null;

    private static string Chosen(string folder)
    {
        string[] candidates = [Path.Combine(folder, "lib"), Path.Combine(folder, "torch", "lib"), folder];
        if (Array.Find(candidates, candidate => File.Exists(Path.Combine(candidate, Main))) is { } found)
            return found;
        var problem = Directory.Exists(folder) ? $"holds no {Main}, nor does its folder lib" : "is no folder";
        throw Missing(
            $"{Variable}={folder} {problem}.",
            $"Name a folder with libtorch {TorchVersion.Expected}: an unpacked archive of pytorch.org, or `torch` in an installed PyTorch; or unset {Variable}."
        );
    }

    private static VideoStyleException Missing(string message, string hint) => new(ErrorKind.Runtime, message, hint);
}
