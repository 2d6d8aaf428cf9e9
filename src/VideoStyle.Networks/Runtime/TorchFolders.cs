using VideoStyle.Core.Errors;

namespace VideoStyle.Networks.Runtime;

/// <summary>Where the libraries lie: <c>LIBTORCH=DIR</c>, else <c>torch/</c> beside the executable, else the packages of the build.</summary>
/// <param name="TorchSharp">The path of <c>libLibTorchSharp.so</c>.</param>
/// <param name="LibTorch">The folders of libtorch; several where its package is divided.</param>
internal sealed record TorchFolders(string TorchSharp, IReadOnlyList<string> LibTorch)
{
    /// <summary>The library that every libtorch has.</summary>
    public const string Main = "libtorch_cpu.so";

    private const string Bindings = "libLibTorchSharp.so";
    private const string Variable = "LIBTORCH";

    /// <summary>Written by the build: one folder a line.</summary>
    private const string Recorded = "torch.folders";

    /// <summary>Finds the libraries.</summary>
    /// <param name="program">The folder of the executable.</param>
    /// <param name="chosen">The value of <c>LIBTORCH</c>; null or empty where it is not set.</param>
    /// <exception cref="VideoStyleException">They are not there; the message names the folder.</exception>
    public static TorchFolders Find(string program, string? chosen)
    {
        List<string> folders = [Path.Combine(program, "torch")];
        var record = Path.Combine(program, Recorded);
        if (File.Exists(record))
            folders.AddRange(File.ReadLines(record).Where(line => line.Length > 0));

        var bindings = folders.Select(folder => Path.Combine(folder, Bindings)).FirstOrDefault(File.Exists)
            ?? throw Missing($"{Bindings} is not in {string.Join(" or ", folders)}.", "Run `make build`, or `make install` again.");
        if (!string.IsNullOrEmpty(chosen))
            return new TorchFolders(bindings, [Chosen(Path.GetFullPath(chosen))]);
        if (!folders.Exists(folder => File.Exists(Path.Combine(folder, Main))))
            throw Missing($"{Main} is not in {string.Join(" or ", folders)}.", $"Set {Variable}=DIR to a folder with libtorch {TorchVersion.Expected}, or run `make build` again.");
        return new TorchFolders(bindings, folders);
    }

    /// <summary>Finds a library of libtorch.</summary>
    /// <param name="name">Its file name.</param>
    /// <returns>The path, or null: then it is a library of the system.</returns>
    public string? PathOf(string name) => LibTorch.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

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
