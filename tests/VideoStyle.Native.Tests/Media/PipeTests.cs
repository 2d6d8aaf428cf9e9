using System.Diagnostics;
using System.Globalization;
using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Native.Media;
using Xunit;

namespace VideoStyle.Native.Tests.Media;

/// <summary>What cannot seek, and what shares the machine.</summary>
public sealed class PipeTests
{
    [MediaTheory]
    [InlineData("yuv4mpegpipe", null)]
    [InlineData("nut", null)]
    [InlineData("matroska", "ffv1")]
    [InlineData("mpegts", "a fixture")]
    public async Task Read_Fifo_GivesTheSameFramesAsAFile(string format, string? codec)
    {
        using var folder = new TempFolder();
        if (format is "mpegts")
            File.Copy(Fixtures.Path("media/mpeg2.ts"), folder["file"]);
        else
            Clips.Write(folder["file"], 161, 121, 30, new EncodeOptions { FormatName = format, Codec = codec });
        await MakeFifoAsync(folder["fifo"]);
        using var feed = Process.Start("sh", ["-c", $"cat '{folder["file"]}' > '{folder["fifo"]}'"]);

        var streamed = await Task.Run(() => Digest(folder["fifo"]));

        streamed.Count.ShouldBe(format is "mpegts" ? 48 : 30);
        streamed.ShouldBe(Digest(folder["file"]));
        await feed.WaitForExitAsync();
    }

    [MediaTheory]
    [InlineData("yuv4mpegpipe")]
    [InlineData("nut")]
    [InlineData("matroska")]
    public async Task Write_Fifo_GivesTheSameFramesAsAFile(string format)
    {
        using var folder = new TempFolder();
        await MakeFifoAsync(folder["fifo"]);
        using var reader = Process.Start("sh", ["-c", $"cat '{folder["fifo"]}' > '{folder["copied"]}'"]);
        var options = new EncodeOptions { FormatName = format, Codec = format is "matroska" ? "ffv1" : null };

        await Task.Run(() => Clips.Write(folder["fifo"], 161, 121, 9, options));
        await reader.WaitForExitAsync();
        Clips.Write(folder["file"], 161, 121, 9, options);

        Digest(folder["copied"]).Select(frame => frame.Hash).ShouldBe(Digest(folder["file"]).Select(frame => frame.Hash));
    }

    [MediaFact]
    public async Task Write_ReaderThatLeaves_ThrowsOutputError()
    {
        using var folder = new TempFolder();
        await MakeFifoAsync(folder["fifo"]);
        using var reader = Process.Start("head", ["-c", "100", folder["fifo"]]);

        var error = Should.Throw<VideoStyleException>(
            () => Clips.Write(folder["fifo"], 320, 240, 60, new EncodeOptions { FormatName = "nut", FileName = "out.nut" })
        );

        error.Kind.ShouldBe(ErrorKind.Output);
        error.Message.ShouldContain("Broken pipe");
        await reader.WaitForExitAsync();
    }

    [MediaFact]
    public async Task Write_Mp4ToAPipe_IsRefusedWithTheReason()
    {
        using var folder = new TempFolder();
        await MakeFifoAsync(folder["fifo"]);
        using var reader = Process.Start("cat", [folder["fifo"]]);

        var error = Should.Throw<VideoStyleException>(() => Clips.Write(folder["fifo"], 64, 48, 3, new EncodeOptions { FormatName = "mp4" }));

        error.Kind.ShouldBe(ErrorKind.Output);
        await reader.WaitForExitAsync();
    }

    [MediaFact]
    public void Codecs_YieldToThePainters()
    {
        using var folder = new TempFolder();
        var before = Niced();
        using var sink = FFmpegSink.Create(folder["a.mp4"], new EncodeOptions { Threads = 4 }, Clips.Video(640, 480));
        using var frame = Clips.Picture(new FramePool(), 640, 480, 0);

        sink.Write(frame);

        // The sink's own thread and those that x264 started from it; an old x264 (Debian 11) lowers its own by another 10.
        (Niced() - before).ShouldBeGreaterThanOrEqualTo(4);
        NiceOf("/proc/thread-self/stat").ShouldBe(0);
    }

    [MediaFact]
    public void Read_SizeThatChangesInside_IsScaledToTheFirst()
    {
        using var source = FFmpegSource.Open(Fixtures.Path("media/size_change.ts"), new VideoOptions());

        var frames = Clips.Read(source).Select(frame => (frame.Width, frame.Height, frame.Pts)).ToList();

        frames.Count.ShouldBe(10, "five of each part; ffprobe loses one at the seam");
        frames.ShouldAllBe(frame => frame.Width == 128 && frame.Height == 96);
        frames.Select(frame => frame.Pts).ShouldBeInOrder();
    }

    private static async Task MakeFifoAsync(string path)
    {
        using var make = Process.Start("mkfifo", path);
        await make.WaitForExitAsync();
    }

    private static List<(long Pts, string Hash)> Digest(string path)
    {
        using var source = FFmpegSource.Open(path, new VideoOptions());
        return [.. Clips.Read(source).Select(frame => (frame.Pts, Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(frame.Pixels))))];
    }

    private static int Niced() => Directory.GetDirectories("/proc/self/task").Count(task => NiceOf($"{task}/stat") >= 8);

    private static int NiceOf(string stat)
    {
        try
        {
            // The name in brackets may hold blanks; nice is the seventeenth field after it.
            var text = File.ReadAllText(stat);
            return int.Parse(text[(text.LastIndexOf(')') + 2)..].Split(' ')[16], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0; // the thread ended meanwhile
        }
    }
}
