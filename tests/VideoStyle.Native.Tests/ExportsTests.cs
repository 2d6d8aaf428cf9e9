using System.Diagnostics;
using Shouldly;
using VideoStyle.Native;
using Xunit;

namespace VideoStyle.Tests;

public sealed class ExportsTests
{
    [NativeTheory(NativeUnits.Media | NativeUnits.Kernels)]
    [InlineData("libvideostyle_native.so", "vs_abi_version")]
    [InlineData("libvideostyle_torch.so", "vs_torch_setup")]
    public void NativeLibrary_DynamicSymbols_ExportsNothingButTheContract(string library, string known)
    {
        VideoStyleNative.Problem.ShouldBeNull();
        var exported = DefinedSymbols(Path.Combine(AppContext.BaseDirectory, library));

        exported.ShouldContain(symbol => symbol == known);
        exported.Where(symbol => !symbol.StartsWith("vs_", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [NativeTheory(NativeUnits.Media | NativeUnits.Kernels)]
    [InlineData("libvideostyle_native.so")]
    [InlineData("libvideostyle_torch.so")]
    public void NativeLibrary_DynamicSymbols_AreDeclaredInTheHeader(string library)
    {
        var header = File.ReadAllText(FromRepository("src/native/include/videostyle.h"));
        var exported = DefinedSymbols(Path.Combine(AppContext.BaseDirectory, library));

        exported.Where(symbol => !header.Contains(symbol + "(", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [NativeFact(NativeUnits.Media | NativeUnits.Kernels)]
    public void NativeLibrary_ItsDependencies_DoNotHoldLibtorch()
    {
        // What only decodes, measures or waits for files stays small.
        Run("readelf", "-d", Path.Combine(AppContext.BaseDirectory, "libvideostyle_native.so")).ShouldNotContain("torch");
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
