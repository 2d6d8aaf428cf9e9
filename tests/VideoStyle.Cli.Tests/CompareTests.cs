using Shouldly;
using VideoStyle.Core.Media;
using VideoStyle.Native;
using VideoStyle.Native.Media;

namespace VideoStyle.Cli.Tests;

public sealed class CompareTests : IDisposable
{
    private static readonly string[] Lossless = ["--codec", "ffv1", "--only-video", "--max-size", "64", "--to", "1"];
    private readonly TempFolder _folder = new();

    [NativeFact]
    public async Task Side_ShowsTheOriginalLeftAndThePaintingRight()
    {
        await Convert("painting.mkv");
        await Convert("original.mkv", "--style", "none");
        await Convert("both.mkv", "--compare", "side");

        var (paintings, originals, both) = (TestClip.Read(_folder["painting.mkv"]), TestClip.Read(_folder["original.mkv"]), TestClip.Read(_folder["both.mkv"]));
        both.Count.ShouldBe(originals.Count);
        for (var t = 0; t < both.Count; t++)
            for (var y = 0; y < 36; y++)
            {
                both[t].AsSpan(3 * 128 * y, 3 * 64).SequenceEqual(originals[t].AsSpan(3 * 64 * y, 3 * 64)).ShouldBeTrue($"original, frame {t} row {y}");
                both[t].AsSpan(3 * (128 * y + 64), 3 * 64).SequenceEqual(paintings[t].AsSpan(3 * 64 * y, 3 * 64)).ShouldBeTrue($"painting, frame {t} row {y}");
            }
    }

    [NativeFact]
    public async Task Wipe_MovesADividerWithThePaintingLeftOfIt()
    {
        await Convert("painting.mkv");
        await Convert("original.mkv", "--style", "none");
        await Convert("both.mkv", "--compare", "wipe");

        var (paintings, originals, both) = (TestClip.Read(_folder["painting.mkv"]), TestClip.Read(_folder["original.mkv"]), TestClip.Read(_folder["both.mkv"]));
        both[0].ShouldNotBe(paintings[0]);
        // After one of the four seconds of a swing the divider is near the middle.
        var (last, row) = (both.Count - 1, 3 * 64 * 18);
        both[last].AsSpan(row, 3 * 26).SequenceEqual(paintings[last].AsSpan(row, 3 * 26)).ShouldBeTrue("left is painted");
        both[last].AsSpan(row + 3 * 36, 3 * 28).SequenceEqual(originals[last].AsSpan(row + 3 * 36, 3 * 28)).ShouldBeTrue("right is not");
    }

    [NativeFact(NativeUnits.Media)]
    public async Task Side_KeepsTheSound()
    {
        var result = await ToolProcess.RunAsync("convert", SampleVideos.Lake, _folder["both.mp4"], "--compare", "side", "--style", "none", "--max-size", "64", "--to", "0.5");

        result.ExitCode.ShouldBe(0, result.Error);
        using var source = FFmpegSource.Open(_folder["both.mp4"], new VideoOptions());
        (source.Info.Width, source.Info.Height).ShouldBe((128, 36));
        source.Info.Streams.ShouldContain(stream => stream.Kind == "audio");
    }

    public void Dispose() => _folder.Dispose();

    private async Task Convert(string name, params string[] options)
    {
        var result = await ToolProcess.RunAsync(["convert", SampleVideos.Lake, _folder[name], .. Lossless, .. options]);
        result.ExitCode.ShouldBe(0, result.Error);
    }
}
