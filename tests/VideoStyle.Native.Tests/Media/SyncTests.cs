using System.Globalization;
using Shouldly;
using VideoStyle.Core.Media;
using VideoStyle.Native.Media;
using Xunit;

namespace VideoStyle.Native.Tests.Media;

/// <summary>A clap-board: one white frame and one click at the same moment, which must stay together in every container.</summary>
public sealed class SyncTests
{
    [MediaTheory(NeedsTools = true)]
    [InlineData("mp4", "aac", "mp4")]
    [InlineData("mp4", "aac", "mkv")]
    [InlineData("mp4", "aac", "mov")]
    [InlineData("mkv", "libopus", "mkv")]
    [InlineData("webm", "libopus", "webm")]
    [InlineData("mkv", "libopus", "mp4")]
    [InlineData("ts", "mp2", "mkv")]
    [InlineData("mov", "pcm_s16le", "mov")]
    [InlineData("mov", "pcm_s16le", "avi")]
    [InlineData("mov", "pcm_s16le", "mxf")]
    public void Rewrite_FlashAndClick_StayTogether(string from, string audio, string to)
    {
        using var folder = new TempFolder();
        var (source, target) = (folder["in." + from], folder["out." + to]);
        // B-frames, so that decoding times begin below 0 as real files' do.
        FFmpegTool.Make("-f", "lavfi", "-i", "color=black:s=64x48:r=25:d=2,geq=lum='if(eq(N,25),235,16)':cb=128:cr=128",
            "-f", "lavfi", "-i", "aevalsrc='if(between(t,1,1.002),0.9*sin(2*PI*1000*t),0)':s=48000:d=2",
            "-c:v", from is "webm" ? "libvpx-vp9" : "libx264", "-c:a", audio, source);

        Clips.Rewrite(source, target, to is "mxf" ? new EncodeOptions() : new EncodeOptions { Crf = 20, Preset = to is "webm" ? "8" : "medium" }).ShouldBeEmpty();

        var (before, after) = (Offset(source), Offset(target));
        // Matroska counts milliseconds.
        after.ShouldBe(before, from is "mkv" or "webm" || to is "mkv" or "webm" ? 0.0011 : 1.0 / 48000);
        Math.Abs(after).ShouldBeLessThan(0.04, "the click belongs to the white frame");
    }

    /// <summary>Seconds from the flash to the click, as FFmpeg plays the file.</summary>
    private static double Offset(string path)
    {
        using var source = FFmpegSource.Open(path, new VideoOptions());
        var flash = 0;
        foreach (var frame in Clips.Read(source))
            if (frame.Pixels[0] > 128)
            {
                flash = (int)frame.Index;
                break;
            }

        var times = FFmpegTool.Probe("-select_streams", "v", "-show_entries", "frame=best_effort_timestamp_time", "-of", "csv=p=0", path)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var raw = path + ".raw";
        FFmpegTool.Make("-i", path, "-vn", "-f", "f32le", "-ac", "1", "-ar", "48000", raw);
        var samples = File.ReadAllBytes(raw);
        var click = 0;
        while (Math.Abs(BitConverter.ToSingle(samples, 4 * click)) < 0.2)
            click++;
        var first = FFmpegTool.Probe("-select_streams", "a", "-read_intervals", "%+#3", "-show_entries", "frame=best_effort_timestamp_time", "-of", "csv=p=0", path)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)[0];
        return double.Parse(first.Split(',')[0], CultureInfo.InvariantCulture) + click / 48000.0
            - double.Parse(times[flash].Split(',')[0], CultureInfo.InvariantCulture);
    }
}
