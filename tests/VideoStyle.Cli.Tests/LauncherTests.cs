using System.Diagnostics;
using System.Runtime.Versioning;
using Shouldly;
using Xunit;

namespace VideoStyle.Cli.Tests;

[SupportedOSPlatform("linux")]
public sealed class LauncherTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public LauncherTests()
    {
        File.WriteAllText(_folder["VideoStyle.Cli"], "#!/bin/sh\necho \"$LIBTORCH|$DOTNET_ROOT|$*\"\n");
        File.SetUnixFileMode(_folder["VideoStyle.Cli"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Launcher_BuiltWithLibTorch_UsesThatUnlessAnotherIsNamed()
    {
        await WriteAsync(libTorch: "/opt/a libtorch");

        (await RunAsync(_folder["launch"], ["convert", "a b"])).ShouldBe("/opt/a libtorch|/opt/dotnet|convert a b");
        (await RunAsync(_folder["launch"], [], ("LIBTORCH", "/other"))).ShouldBe("/other|/opt/dotnet|");
        (await RunAsync(_folder["launch"], [], ("LIBTORCH", ""))).ShouldBe("|/opt/dotnet|");
    }

    [Fact]
    public async Task Launcher_BuiltWithoutLibTorch_NamesNone()
    {
        await WriteAsync(libTorch: "");

        (await RunAsync(_folder["launch"], [])).ShouldBe("|/opt/dotnet|");
        (await RunAsync(_folder["launch"], [], ("LIBTORCH", "/other"), ("DOTNET_ROOT", "/net"))).ShouldBe("/other|/net|");
    }

    private Task<string> WriteAsync(string libTorch) =>
        RunAsync(Path.Combine(SampleVideos.Repository, "tools", "launcher.sh"), [_folder.Path, _folder["launch"]], ("LIBTORCH", libTorch), ("DOTNET_ROOT", "/opt/dotnet"));

    private static async Task<string> RunAsync(string program, string[] arguments, params (string Name, string Value)[] variables)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment.Remove("LIBTORCH");
        start.Environment.Remove("DOTNET_ROOT");
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0);
        return output.TrimEnd();
    }
}
