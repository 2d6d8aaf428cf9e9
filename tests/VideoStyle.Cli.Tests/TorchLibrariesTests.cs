using Shouldly;
using Xunit;

namespace VideoStyle.Cli.Tests;

public sealed class TorchLibrariesTests : IDisposable
{
    private const string Clip = "CLIP";
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [NativeTheory(Native.NativeUnits.Media | Native.NativeUnits.Vision)]
    [InlineData("--help")]
    [InlineData("--version")]
    [InlineData("styles")]
    [InlineData("measure", Clip, Clip)]
    public async Task Command_ThatMakesNoTensors_LoadsNoLibTorch(params string[] arguments) =>
        (await LoadedAsync([.. arguments.Select(word => word == Clip ? SampleVideos.Windmill : word)])).ShouldNotContain("libtorch_cpu");

    [NativeFact(Native.NativeUnits.Media | Native.NativeUnits.Vision)]
    public async Task WatchAndJobs_FolderWithoutVideos_LoadNoLibTorch()
    {
        Directory.CreateDirectory(_folder["in"]);

        (await LoadedAsync("watch", _folder["in"], _folder["out"], "--once")).ShouldNotContain("libtorch_cpu");
        (await LoadedAsync("jobs", "list", _folder["out"])).ShouldNotContain("libtorch_cpu");
    }

    [Fact]
    public async Task Doctor_AsItNamesThem_LoadsThem() => (await LoadedAsync("doctor")).ShouldContain("libtorch_cpu.so");

    [NativeTheory(Native.NativeUnits.Media | Native.NativeUnits.Vision)]
    [InlineData("gone", null, "is no folder")]
    [InlineData("empty", null, "holds no libtorch_cpu.so")]
    [InlineData("text", "no library at all, but longer than the header of one, which is 64 bytes", "is no ELF library")]
    [InlineData("short", "\u007fELF", "is cut short or damaged")]
    public async Task Convert_LibTorchThatCannotBeLoaded_ExitsWith6AndLeavesNothing(string name, string? content, string problem)
    {
        if (name != "gone")
            Directory.CreateDirectory(_folder[name]);
        if (content is not null)
            await File.WriteAllTextAsync(Path.Combine(_folder[name], "libtorch_cpu.so"), content);
        var before = _folder.Names;

        var result = await RunAsync("LIBTORCH", _folder[name], "convert", SampleVideos.Windmill, _folder["out.mp4"]);

        result.ExitCode.ShouldBe(ExitCode.Runtime, result.Error);
        result.Error.ShouldContain(_folder[name]);
        result.Error.ShouldContain(problem);
        result.Error.ShouldNotContain("   at ");
        _folder.Names.ShouldBe(before);
    }

    [NativeFact(Native.NativeUnits.Media | Native.NativeUnits.Vision)]
    public async Task Convert_AnotherLibTorchInLibraryPath_ExitsWith6AndSaysWhichVariable()
    {
        await File.WriteAllTextAsync(_folder["libtorch_cuda.so"], "");

        var result = await ToolProcess.RunAsync(
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["LIBTORCH"] = null, ["LD_LIBRARY_PATH"] = _folder.Path },
            "convert",
            SampleVideos.Windmill,
            _folder["out.mp4"]
        );

        result.ExitCode.ShouldBe(ExitCode.Runtime, result.Error);
        result.Error.ShouldContain($"LD_LIBRARY_PATH leads to {_folder["libtorch_cuda.so"]}");
        _folder.Names.ShouldBe(["libtorch_cuda.so"]);
    }

    [Fact]
    public async Task Doctor_LibTorchThatCannotBeLoaded_SaysWhichAndExitsWith6()
    {
        var result = await RunAsync("LIBTORCH", _folder["gone"], "doctor");

        result.ExitCode.ShouldBe(ExitCode.Runtime);
        result.Output.ShouldContain($"LIBTORCH={_folder["gone"]} is no folder");
    }

    private static Task<ToolResult> RunAsync(string variable, string value, params string[] arguments) =>
        ToolProcess.RunAsync(new Dictionary<string, string?>(StringComparer.Ordinal) { [variable] = value }, arguments);

    // What the dynamic loader writes of each library that a process loads, one file for each process.
    private async Task<string> LoadedAsync(params string[] arguments)
    {
        var log = Directory.CreateDirectory(_folder["log"]).FullName;
        var result = await ToolProcess.RunAsync(
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["LD_DEBUG"] = "files", ["LD_DEBUG_OUTPUT"] = Path.Combine(log, "loaded") },
            arguments
        );
        result.ExitCode.ShouldBe(ExitCode.Success, result.Error);
        var loaded = string.Concat(Directory.GetFiles(log).Select(File.ReadAllText));
        loaded.ShouldContain("libcoreclr.so");
        return loaded;
    }
}
