using System.Diagnostics;
using Shouldly;
using Xunit;

namespace VideoStyle.Cli.Tests;

/// <summary>The short form of <c>tools/fuzz</c>: damaged files of every kind, each read in a child process.</summary>
public sealed class FuzzTests
{
    [NativeTheory]
    [InlineData("media", 60)]
    [InlineData("safetensors", 30)]
    [InlineData("pickle", 30)]
    [InlineData("npz", 30)]
    [InlineData("flo", 40)]
    [InlineData("config", 40)]
    public async Task Read_DamagedFiles_GivesAResultOrTheRightExitCodeAndOneSentence(string reader, int count)
    {
        using TempFolder folder = new();
        ProcessStartInfo start = new(
            Path.Combine(AppContext.BaseDirectory, "VideoStyle.Fuzz"),
            ["--reader", reader, "--count", count.ToString(System.Globalization.CultureInfo.InvariantCulture), "--keep", folder["kept"]])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;

        var result = await ToolProcess.EndAsync(process);

        result.ExitCode.ShouldBe(0, result.Error + result.Output);
    }
}
