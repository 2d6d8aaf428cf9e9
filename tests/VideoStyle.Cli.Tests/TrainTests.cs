using System.Diagnostics;
using Shouldly;
using VideoStyle.Native;
using Xunit;

namespace VideoStyle.Cli.Tests;

public sealed class TrainTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("videostyle-train");

    public void Dispose() => _folder.Delete(recursive: true);

    [NativeFact(NativeUnits.Kernels | NativeUnits.Media)]
    public async Task Train_NoWeights_ExitsWith5AndSaysWhatToType()
    {
        var result = await RunAsync(weights: null, "train", "style.png", InFolder("x.safetensors"), "--content", _folder.FullName);
        result.ExitCode.ShouldBe(ExitCode.Model);
        result.LastErrorLine.ShouldContain("videostyle weights");
    }

    [NativeFact(NativeUnits.Kernels | NativeUnits.Media)]
    public async Task Weights_NoneAndNobodyToAsk_ExitsWith5AndNamesTheOption()
    {
        var result = await RunAsync(weights: null, "weights");
        result.ExitCode.ShouldBe(ExitCode.Model);
        result.Output.ShouldBeEmpty();
        result.LastErrorLine.ShouldContain("--fetch");
    }

    [NativeFact(NativeUnits.Kernels | NativeUnits.Media)]
    public async Task Weights_Named_PrintsThePathAndNothingElse()
    {
        var result = await RunAsync(RandomWeights.VggFolder, "weights");
        result.ExitCode.ShouldBe(ExitCode.Success);
        result.Output.ShouldBe(RandomWeights.Vgg + "\n");
    }

    [Fact]
    public async Task StylesJudge_WithoutAPhoto_ExitsWith2AndNamesTheOptions()
    {
        var result = await ToolProcess.RunAsync("styles", "judge", "--style-images", "/tmp");

        result.ExitCode.ShouldBe(ExitCode.Usage);
        result.Output.ShouldBeEmpty();
        result.Error.ShouldContain("--photos");
        result.Error.ShouldContain("--portraits");
    }

    [NativeFact(NativeUnits.Kernels | NativeUnits.Media)]
    public async Task Train_ExistingOutput_ExitsWith4AndKeepsIt()
    {
        var output = InFolder("x.safetensors");
        await File.WriteAllTextAsync(output, "precious");
        var result = await RunAsync(RandomWeights.VggFolder, "train", "style.png", output, "--content", _folder.FullName);
        result.ExitCode.ShouldBe(ExitCode.Output);
        result.LastErrorLine.ShouldContain("--force");
        (await File.ReadAllTextAsync(output)).ShouldBe("precious");
    }

    [NativeFact(NativeUnits.Kernels | NativeUnits.Media)]
    public async Task Train_PictureOfTheUsersUnderThePreviewsName_ExitsWith4AndKeepsIt()
    {
        await File.WriteAllTextAsync(InFolder("x.preview.png"), "precious");
        var result = await RunAsync(RandomWeights.VggFolder, "train", "style.png", InFolder("x.safetensors"), "--content", _folder.FullName);
        result.ExitCode.ShouldBe(ExitCode.Output);
        result.Error.ShouldContain("x.preview.png");
        result.Error.ShouldNotContain("--force");
        (await File.ReadAllTextAsync(InFolder("x.preview.png"))).ShouldBe("precious");
    }

    [NativeFact(NativeUnits.Kernels | NativeUnits.Media)]
    public async Task Train_Interrupted_ExitsWith130AndKeepsACheckpointThatResumes()
    {
        var output = InFolder("x.safetensors");
        string[] arguments =
        [
            "train", Fixtures.Path("images/style.png"), output, "--content", Fixtures.Path("images"),
            "--base", "starry_night", "--size", "64", "--style-size", "64", "--batch", "1",
        ];
        using var process = Process.Start(Start(RandomWeights.VggFolder, [.. arguments, "--steps", "100000"]))!;
        while (await process.StandardError.ReadLineAsync() is { } line && !line.StartsWith("preview:", StringComparison.Ordinal))
        {
            // The line comes when training begins.
        }

        using (var kill = Process.Start("kill", ["-INT", $"{process.Id}"]))
            await kill.WaitForExitAsync();
        var stopped = await ToolProcess.EndAsync(process);
        stopped.ExitCode.ShouldBe(ExitCode.Interrupted, stopped.Error);
        stopped.LastErrorLine.ShouldContain("--resume");
        File.Exists(output).ShouldBeFalse();
        File.Exists(output + ".checkpoint").ShouldBeTrue();

        var resumed = await RunAsync(RandomWeights.VggFolder, [.. arguments, "--steps", "1", "--resume"]);
        resumed.ExitCode.ShouldBe(ExitCode.Success, resumed.Error);
        resumed.Output.ShouldBe(output + "\n");
    }

    [NativeFact(NativeUnits.Kernels | NativeUnits.Media)]
    public async Task Train_OneStepFromRandomWeights_SaysThatItIsNotUsable()
    {
        var output = InFolder("x.safetensors");

        var result = await RunAsync(
            RandomWeights.VggFolder, "train", Fixtures.Path("images/style.png"), output, "--content", Fixtures.Path("images"), "--size", "64", "--style-size", "64", "--batch", "1", "--steps", "1");

        result.ExitCode.ShouldBe(ExitCode.Success, result.Error);
        result.Error.ShouldContain("is not usable yet");
        result.Error.ShouldContain("--time 20m");
        result.Error.ShouldNotContain("try it");
    }

    private string InFolder(string name) => Path.Combine(_folder.FullName, name);

    private async Task<ToolResult> RunAsync(string? weights, params string[] arguments)
    {
        using var process = Process.Start(Start(weights, arguments))!;
        return await ToolProcess.EndAsync(process);
    }

    private ProcessStartInfo Start(string? weights, string[] arguments)
    {
        ProcessStartInfo start = new(Path.Combine(AppContext.BaseDirectory, "VideoStyle.Cli"), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        start.Environment["XDG_CACHE_HOME"] = InFolder("cache");
        start.Environment["VIDEOSTYLE_WEIGHTS"] = weights;
        return start;
    }
}
