using System.Globalization;

namespace VideoStyle.Torch.Runtime;

/// <summary>Finds out the version of a libtorch.</summary>
internal static unsafe class TorchVersion
{
    /// <summary>The libtorch that TorchSharp's library is compiled against.</summary>
    public const string Expected = "2.10";

    /// <summary>Reads the version from the files beside the libraries, without loading any.</summary>
    /// <param name="folder">The folder of the libraries.</param>
    /// <param name="library">The headers of <c>libtorch_cpu.so</c> there; a distribution writes the version into its name.</param>
    /// <returns>As in <c>2.10.0</c>, or null where no file states it.</returns>
    public static string? Beside(string folder, ElfFile library)
    {
        var parent = Path.GetDirectoryName(folder) ?? folder;
        return Written(Path.Combine(parent, "build-version"), "") // pytorch.org's archive
            ?? Written(Path.Combine(parent, "version.py"), "__version__") // an installed PyTorch
            ?? (library.Name is { } name && name.IndexOf(".so.", StringComparison.Ordinal) is >= 0 and var at ? name[(at + 4)..] : null);
    }

    /// <summary>Asks a loaded libtorch.</summary>
    /// <param name="library">The handle of <c>libtorch_cpu.so</c>.</param>
    /// <returns>As in <c>2.10.0</c>, or <c>older than 2.10</c>, as older ones do not report it.</returns>
    public static string Of(nint library)
    {
        var ask = (delegate* unmanaged<ulong>)DynamicLoader.Find(library, "aoti_torch_abi_version");
        if (ask is null)
            return $"older than {Expected}";
        var version = ask();
        return string.Create(CultureInfo.InvariantCulture, $"{version >> 56}.{(version >> 48) & 255}.{(version >> 40) & 255}");
    }

    /// <summary>Tells whether a version has the binary interface of <see cref="Expected"/>, which changes with each minor version.</summary>
    public static bool Fits(string version) =>
        string.Equals(version, Expected, StringComparison.Ordinal) || version.StartsWith(Expected + ".", StringComparison.Ordinal);

    private static string? Written(string path, string line)
    {
        if (!File.Exists(path) || Array.Find(File.ReadAllLines(path), text => text.StartsWith(line, StringComparison.Ordinal)) is not { } found)
            return null;
        var start = found.AsSpan().IndexOfAnyInRange('0', '9');
        if (start < 0)
            return null;
        var end = start;
        while (end < found.Length && (char.IsAsciiDigit(found[end]) || found[end] == '.'))
            end++;
        return found[start..end].TrimEnd('.');
    }
}
