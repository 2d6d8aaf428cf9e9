using System.Diagnostics;
using Shouldly;
using VideoStyle.Native;

namespace VideoStyle.Tests;

public sealed class ExportsTests
{
    [NativeFact(NativeUnits.Media)]
    public void NativeLibrary_DynamicSymbols_ExportsNothingButTheContract()
    {
        VideoStyleNative.Problem.ShouldBeNull();
        var exported = DefinedSymbols(Path.Combine(AppContext.BaseDirectory, "libvideostyle_native.so"));

        exported.ShouldContain(symbol => symbol == "vs_abi_version");
        exported.Where(symbol => !symbol.StartsWith("vs_", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [NativeFact(NativeUnits.Media)]
    public void NativeLibrary_DynamicSymbols_AreDeclaredInTheHeader()
    {
        var header = File.ReadAllText(FromRepository("src/native/include/videostyle.h"));
        var exported = DefinedSymbols(Path.Combine(AppContext.BaseDirectory, "libvideostyle_native.so"));

        exported.Where(symbol => !header.Contains(symbol + "(", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    private static List<string> DefinedSymbols(string library)
    {
        ProcessStartInfo nm = new("nm", ["-D", "--defined-only", "--format=posix", library])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(nm)!;
        var lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        process.ExitCode.ShouldBe(0);
        return [.. lines.Select(line => line[..line.IndexOf(' ', StringComparison.Ordinal)])];
    }

    private static string FromRepository(string relative)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "VideoStyle.sln")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException("The tests run outside the repository.");
        return Path.Combine(folder.FullName, relative);
    }
}
