using System.Diagnostics;
using Shouldly;
using VideoStyle.Core.Media;
using VideoStyle.Native.Media;

namespace VideoStyle.Cli.Tests;

/// <summary>What a picture carries comes through the whole pipeline, not only through reader and writer.</summary>
public sealed class PictureKeptTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("videostyle-kept-").FullName;

    [FFmpegFact]
    public async Task Convert_TenBitSource_HasMoreLevelsThanEightBits()
    {
        Make("color=gray:s=1024x32:r=25:d=0.12,format=yuv420p10le,geq=lum='64+876*X/1023':cb=512:cr=512", "-c:v", "ffv1", At("in.mkv"));

        var result = await ToolProcess.RunAsync("convert", At("in.mkv"), At("out.mkv"), "--style", "none", "--codec", "ffv1");

        result.ExitCode.ShouldBe(0, result.Error);
        using var source = FFmpegSource.Open(At("out.mkv"), new VideoOptions { KeepDepth = true });
        source.Info.PixelFormat.ShouldBe("gbrp10le");
        using var frame = source.Read(new FramePool())!;
        Enumerable.Range(0, 1024).Select(x => frame.Pixels16[3 * x]).Distinct().Count().ShouldBeGreaterThan(700);
    }

    [FFmpegFact]
    public async Task Convert_AlphaIntoMov_IsKept()
    {
        Make("color=white:s=64x48:r=25:d=0.2,format=rgba,geq=r=255:g=255:b=255:a='255*X/63'", "-c:v", "prores_ks", "-pix_fmt", "yuva444p10le", At("in.mov"));

        var result = await ToolProcess.RunAsync("convert", At("in.mov"), At("out.mov"), "--style", "starry_night_swift");

        result.ExitCode.ShouldBe(0, result.Error);
        using var source = FFmpegSource.Open(At("out.mov"), new VideoOptions { KeepAlpha = true });
        using var frame = source.Read(new FramePool())!;
        Math.Abs(frame.Alpha[32] - 255 * 32 / 63).ShouldBeLessThan(4);
    }

    [FFmpegFact]
    public async Task Convert_OddSource_CanBeMeasuredAgainstIt()
    {
        Make("testsrc2=s=98x66:r=25:d=0.2,scale=97:65,format=yuv444p", "-c:v", "ffv1", At("in.mkv"));

        var converted = await ToolProcess.RunAsync("convert", At("in.mkv"), At("out.mp4"), "--style", "none");
        var measured = await ToolProcess.RunAsync("measure", At("in.mkv"), At("out.mp4"));

        converted.Error.ShouldContain("98x66");
        measured.ExitCode.ShouldBe(0, measured.Error);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string At(string name) => Path.Combine(_folder, name);

    private static void Make(string lavfi, params string[] output)
    {
        using var process = Process.Start(new ProcessStartInfo("ffmpeg", ["-v", "error", "-nostdin", "-f", "lavfi", "-i", lavfi, .. output]) { UseShellExecute = false })!;
        process.WaitForExit();
        process.ExitCode.ShouldBe(0);
    }
}
