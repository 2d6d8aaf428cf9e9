using System.Diagnostics;
using Shouldly;
using VideoStyle.Core.Media;
using VideoStyle.Native;
using VideoStyle.Native.Media;
using Xunit;

namespace VideoStyle.Cli.Tests;

public sealed class PaintTests : IDisposable
{
    private static readonly string Style = Fixtures.Path("images/style.png");
    private static readonly string Photo = Fixtures.Path("images/content.png");

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [NativeFact(NativeUnits.Kernels | NativeUnits.Media)]
    public async Task Paint_NoWeights_ExitsWith5AndSaysWhatToType()
    {
        var result = await RunAsync(weights: null, "paint", "photo.jpg", "style.jpg", _folder["x.png"]);
        result.ExitCode.ShouldBe(ExitCode.Model);
        result.LastErrorLine.ShouldContain("videostyle weights");
    }

    [NativeTheory(NativeUnits.Kernels | NativeUnits.Media)]
    [InlineData("--texture", "a.jpg", "b.jpg", "c.png")]
    [InlineData("a.jpg", "b.png")]
    [InlineData("a.jpg", "b.jpg", "c.png", "--optimizer", "sgd")]
    [InlineData("a.jpg", "b.jpg", "c.png", "--mix", "d.jpg")]
    [InlineData("a.jpg", "b.jpg", "c.png", "--size", "9")]
    [InlineData("a.jpg", "b.jpg", "c.png", "--style-weights", "1,2")]
    [InlineData("a.jpg", "b.jpg", "c.png", "--tile", "100")]
    [InlineData("--texture", "b.jpg", "c.mp4")]
    [InlineData("a.mp4", "b.jpg", "c.mp4", "--from", "5", "--to", "2")]
    [InlineData("--texture", "b.jpg", "c.png", "--photo")]
    public async Task Paint_WrongArguments_ExitsWith2AndSaysWhy(params string[] arguments)
    {
        var result = await RunAsync("vgg19.npz", ["paint", .. arguments]);
        result.ExitCode.ShouldBe(ExitCode.Usage, result.Error);
        result.Output.ShouldBeEmpty();
        result.Error.ShouldStartWith("videostyle: error: ");
    }

    [NativeTheory(NativeUnits.Kernels | NativeUnits.Media)]
    [InlineData("missing.jpg")]
    [InlineData("corrupt.png")]
    [InlineData("empty.png")]
    [InlineData("tiny.ppm")]
    [InlineData("huge.ppm")]
    [InlineData("ribbon.ppm")]
    public async Task Paint_BadPicture_ExitsWith3NamesItAndLeavesNothing(string name)
    {
        await WriteBadPicturesAsync();
        var before = _folder.Names;
        string[][] places = [[_folder[name], Style], [Photo, _folder[name]]];
        foreach (var paths in places.Take(name is "ribbon.ppm" ? 1 : 2)) // a ribbon is narrow as a painting, but a style like any other
        {
            var result = await RunAsync(Weights, ["paint", .. paths, _folder["x.png"], "-n", "1"]);
            result.ExitCode.ShouldBe(ExitCode.Input, result.Error);
            result.Error.ShouldContain(name);
            _folder.Names.ShouldBe(before);
        }
    }

    [NativeFact(NativeUnits.Kernels | NativeUnits.Media)]
    public async Task Paint_ExistingOutput_ExitsWith4AndKeepsIt()
    {
        await File.WriteAllTextAsync(_folder["x.png"], "precious");
        var result = await RunAsync(Weights, "paint", Photo, Style, _folder["x.png"]);
        result.ExitCode.ShouldBe(ExitCode.Output);
        result.LastErrorLine.ShouldContain("--force");
        (await File.ReadAllTextAsync(_folder["x.png"])).ShouldBe("precious");
        _folder.Names.ShouldBe(["x.png"]);
    }

    [NativeFact(NativeUnits.Kernels | NativeUnits.Media)]
    public async Task Paint_Interrupted_ExitsWith130AndKeepsACheckpointThatResumes()
    {
        string[] arguments = ["paint", Photo, Style, _folder["x.png"], "--size", "64", "--scale", "0.5"];
        using (var process = Process.Start(Start(Weights, [.. arguments, "-n", "400"]))!)
        {
            await process.StandardError.ReadLineAsync(); // painting begins
            using (var kill = Process.Start("kill", ["-INT", $"{process.Id}"]))
                await kill.WaitForExitAsync();
            var stopped = await ToolProcess.EndAsync(process);
            stopped.ExitCode.ShouldBe(ExitCode.Interrupted, stopped.Error);
            stopped.LastErrorLine.ShouldContain("--resume");
        }

        File.Exists(_folder["x.png.checkpoint"]).ShouldBeTrue();
        File.Exists(_folder["x.png"]).ShouldBeFalse();
        var other = await RunAsync(Weights, [.. arguments, "-n", "1", "--resume"]);
        other.ExitCode.ShouldBe(ExitCode.Usage);
        other.Error.ShouldContain("iterations");

        var adam = await RunAsync(Weights, [.. arguments, "-n", "2", "--optimizer", "adam", "--json"]);
        adam.ExitCode.ShouldBe(ExitCode.Success, adam.Error);
        adam.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1].ShouldContain("\"type\":\"done\"");
        _folder.Names.ShouldBe(["x.png"]);
    }

    [NativeFact(NativeUnits.Kernels | NativeUnits.Media)]
    public async Task Paint_Video_KeepsItsFramesAndItsSound()
    {
        var result = await RunAsync(Weights, "paint", SampleVideos.Lake, Style, _folder["x.mp4"], "--to", "0.1", "--size", "64", "--scale", "0.5", "-n", "2");
        result.ExitCode.ShouldBe(ExitCode.Success, result.Error);
        result.Output.ShouldBe(_folder["x.mp4"] + "\n");
        _folder.Names.ShouldBe(["x.mp4"]);
        using var source = FFmpegSource.Open(_folder["x.mp4"], new VideoOptions());
        source.Info.FrameCount.ShouldBe(3);
        source.Info.Width.ShouldBe(64);
        source.Info.Streams.ShouldContain(s => s.Kind == "audio");
    }

    [SmallDiskFact]
    public async Task Paint_FullDisk_ExitsWith4AndLeavesNothing()
    {
        var small = _folder["small"];
        Directory.CreateDirectory(small);
        var script = $"mount -t tmpfs -o size=64k tmpfs '{small}' && '{ToolProcess.Tool}' paint '{Photo}' '{Style}' '{small}/x.png' --size 256 --levels 1 -n 1; code=$?; ls -A '{small}'; exit $code";
        var start = Start(Weights, []);
        start.FileName = "unshare";
        start.ArgumentList.Clear();
        foreach (var argument in new[] { "-rm", "sh", "-c", script })
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var result = await ToolProcess.EndAsync(process);
        result.ExitCode.ShouldBe(ExitCode.Output, result.Error);
        result.Error.ShouldContain("x.png: cannot be written");
        result.Output.ShouldBeEmpty();
    }

    private static string Weights => RandomWeights.VggFolder;

    private async Task WriteBadPicturesAsync()
    {
        await File.WriteAllBytesAsync(_folder["corrupt.png"], [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, .. new byte[50]]);
        await File.WriteAllBytesAsync(_folder["empty.png"], []);
        await File.WriteAllBytesAsync(_folder["tiny.ppm"], [.. "P6 1 1 255\n"u8, 1, 2, 3]);
        await File.WriteAllBytesAsync(_folder["huge.ppm"], [.. "P6 20000 20000 255\n"u8, .. new byte[3000]]);
        await File.WriteAllBytesAsync(_folder["ribbon.ppm"], [.. "P6 20000 64 255\n"u8, .. new byte[3 * 20000 * 64]]);
    }

    private async Task<ToolResult> RunAsync(string? weights, params string[] arguments)
    {
        using var process = Process.Start(Start(weights, arguments))!;
        return await ToolProcess.EndAsync(process);
    }

    private ProcessStartInfo Start(string? weights, string[] arguments)
    {
        ProcessStartInfo start = new("env", ["--default-signal=INT", ToolProcess.Tool, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        start.Environment["XDG_CACHE_HOME"] = _folder["cache"];
        start.Environment["VIDEOSTYLE_WEIGHTS"] = weights;
        return start;
    }
}
