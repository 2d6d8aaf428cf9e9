using System.Diagnostics;
using Shouldly;
using VideoStyle.Core.Media;
using VideoStyle.Native.Media;
using Xunit;

namespace VideoStyle.Tests;

/// <summary>Builds and runs the samples against the package, in a folder that holds nothing of the repository but them and the package.</summary>
[Collection(RunAlone.Name)]
public sealed class PackageTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [PackageFact]
    public async Task ConvertFile_TenLinesOutsideTheTree_ConvertAClip()
    {
        var output = await RunAsync("ConvertFile", Clip(), _folder["out.mp4"], "udnie_swift");

        output.ShouldContain("FramesWritten = 5");
        Read(_folder["out.mp4"]).ShouldBe((5, 96, 64));
    }

    [PackageFact]
    public async Task OwnStylizer_AClassOfTheUsers_StylizesAClip()
    {
        await RunAsync("OwnStylizer", Clip(), _folder["out.mp4"]);

        Read(_folder["out.mp4"]).ShouldBe((5, 96, 64));
    }

    [PackageFact]
    public async Task FramesFromMemory_FramesThatNoFileHolds_AreStylized()
    {
        await RunAsync("FramesFromMemory", _folder["out.png"]);

        Read(_folder["out.png"]).ShouldBe((1, 320, 180));
    }

    private string Clip()
    {
        var path = _folder["in.mp4"];
        VideoInfo video = new() { Name = path, Width = 96, Height = 64, TimeBase = new Rational(1, 25), FrameRate = new Rational(25, 1) };
        FramePool pool = new();
        using var sink = FFmpegSink.Create(path, new EncodeOptions(), video);
        for (var t = 0; t < 5; t++)
        {
            using var frame = pool.Rent(video.Width, video.Height);
            for (var i = 0; i < frame.Pixels.Length; i++)
                frame.Pixels[i] = (byte)(i / 3 % video.Width * 2 + 3 * t);
            (frame.Pts, frame.Duration) = (t, 1);
            sink.Write(frame);
        }

        sink.Finish();
        return path;
    }

    private static (int Frames, int Width, int Height) Read(string path)
    {
        using var source = FrameSource.Open(path, new VideoOptions());
        FramePool pool = new();
        var frames = 0;
        while (source.Read(pool) is { } frame)
            using (frame)
                frames++;
        return (frames, source.Info.Width, source.Info.Height);
    }

    private async Task<string> RunAsync(string sample, params string[] arguments)
    {
        Copy(Path.Combine(PackageFactAttribute.Repository, "tests", "samples"), _folder["tests/samples"]);
        Directory.CreateDirectory(_folder["artifacts/package"]);
        foreach (var package in Directory.EnumerateFiles(PackageFactAttribute.Folder, "*.nupkg"))
            File.Copy(package, Path.Combine(_folder["artifacts/package"], Path.GetFileName(package)));
        await StartAsync("build", _folder[$"tests/samples/{sample}"], "-c", "Release", "--nologo", "-v", "quiet");
        return await StartAsync([_folder[$"artifacts/samples/bin/{sample}/release/{sample}.dll"], .. arguments]);
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    private async Task<string> StartAsync(params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = _folder.Path };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, $"dotnet {string.Join(' ', arguments)}\n{output}\n{await error}");
        return output;
    }
}
