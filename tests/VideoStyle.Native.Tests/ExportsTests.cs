using System.Diagnostics;
using Shouldly;

namespace VideoStyle.Native.Tests;

public sealed class ExportsTests
{
    private static readonly string Library = Path.Combine(AppContext.BaseDirectory, "libvideostyle_native.so");

    [NativeFact(NativeUnits.Media | NativeUnits.Kernels)]
    public void NativeLibrary_DynamicSymbols_ExportsNothingButTheContract()
    {
        VideoStyleNative.Problem.ShouldBeNull();
        var exported = DefinedSymbols(Library);

        exported.ShouldContain(symbol => symbol == "vs_abi_version");
        exported.ShouldContain(symbol => symbol == "vs_instance_norm");
        exported.Where(symbol => !symbol.StartsWith("vs_", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [NativeFact(NativeUnits.Media | NativeUnits.Kernels)]
    public void NativeLibrary_DynamicSymbols_AreDeclaredInTheHeader()
    {
        var header = File.ReadAllText(FromRepository("src/native/include/videostyle.h"));

        DefinedSymbols(Library).Where(symbol => !header.Contains(symbol + "(", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [NativeFact(NativeUnits.Media | NativeUnits.Kernels)]
    public void NativeLibrary_SymbolsAndDependencies_NameNoTorchAndNoOpenMp()
    {
        // What only decodes, measures or waits for files stays small; and any libtorch will do, with its own OpenMP runtime.
        var needs = Run("readelf", "-d", Library) + Run("nm", "-D", "-C", Library);

        needs.ShouldContain("libavcodec");
        foreach (var name in new[] { "torch", "c10::", " at::", "caffe2", "gomp", "iomp", "omp_get" })
            needs.ShouldNotContain(name, Case.Insensitive);
    }

    private static List<string> DefinedSymbols(string library)
    {
        var lines = Run("nm", "-D", "--defined-only", "--format=posix", library).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. lines.Select(line => line[..line.IndexOf(' ', StringComparison.Ordinal)])];
    }

    private static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0);
        return output;
    }

    private static string FromRepository(string relative)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "VideoStyle.sln")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException("The tests run outside the repository.");
        return Path.Combine(folder.FullName, relative);
    }
}
