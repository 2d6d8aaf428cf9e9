using System.Globalization;
using Shouldly;
using VideoStyle.Core.Media;
using VideoStyle.Native.Media;
using Xunit;

namespace VideoStyle.Native.Tests.Media;

/// <summary>Files whose clock jumps, and files with pauses, which look alike and are not.</summary>
public sealed class JoinedRecordingTests
{
    [MediaTheory(NeedsTools = true)]
    [InlineData("mpegts", "10", "3")]
    [InlineData("mpegts", "10", "5000")]
    [InlineData("mpegts", "5000", "3")]
    [InlineData("mpegts", "95440", "10")]
    [InlineData("vob", "3", "400")]
    [InlineData("matroska", "0", "0")]
    public void Read_JoinedRecordings_FollowEachOtherInStep(string format, string first, string second)
    {
        using var folder = new TempFolder();
        FFmpegTool.Make("-f", "lavfi", "-i", "testsrc2=s=64x48:r=25:d=2", "-f", "lavfi", "-i", "sine=d=2",
            "-c:v", format is "vob" ? "mpeg2video" : "libx264", "-g", "12", "-pix_fmt", "yuv420p", "-c:a", "mp2", "-ar", "44100", folder["clip.mkv"]);
        foreach (var offset in (string[])[first, second])
            FFmpegTool.Make("-i", folder["clip.mkv"], "-c", "copy", "-f", format, "-output_ts_offset", offset, folder[offset]);
        File.WriteAllBytes(folder["joined"], [.. File.ReadAllBytes(folder[first]), .. File.ReadAllBytes(folder[second])]);
        var (video, sound) = (Times(folder[second], "v"), Times(folder[second], "a"));

        using (var source = FFmpegSource.Open(folder["joined"], new VideoOptions()))
        {
            var frames = Clips.Read(source).Select(f => f.Pts * source.Info.TimeBase.Value).ToList();
            frames.Count.ShouldBe(100);
            for (var i = 1; i < frames.Count; i++)
                (frames[i] - frames[i - 1]).ShouldBe(0.04, 0.0011, $"frame {i}");
            source.Notes.ShouldHaveSingleItem().ShouldContain("its clock jumps, as in joined recordings (1 time)");
        }

        Clips.Rewrite(folder["joined"], folder["out.mkv"]).ShouldHaveSingleItem().ShouldContain("its clock jumps");
        var (pictures, packets) = (Times(folder["out.mkv"], "v"), Times(folder["out.mkv"], "a"));
        packets.Length.ShouldBe(2 * sound.Length);
        (packets[sound.Length] - pictures[50]).ShouldBe(sound[0] - video[0], 0.0021, "sound and picture of the second part stay together");
    }

    [MediaTheory(NeedsTools = true)]
    [InlineData("slides.ts", "-framerate 1/3500 -i %d.png -c:v libx264 -x264-params bframes=0")]
    [InlineData("slides.mp4", "-framerate 1/3500 -i %d.png -c:v libx264")]
    [InlineData("slides.mkv", "-framerate 1/3500 -i %d.png -c:v libx264")]
    public void Read_Slideshow_KeepsItsLongPauses(string name, string arguments)
    {
        using var folder = new TempFolder();
        FFmpegTool.Make("-f", "lavfi", "-i", "testsrc2=s=64x48:r=1:d=4", folder["%d.png"]);
        FFmpegTool.Make([.. arguments.Split(' ').Select(a => a is "%d.png" ? folder[a] : a), "-pix_fmt", "yuv420p", folder[name]]);

        using var source = FFmpegSource.Open(folder[name], new VideoOptions());
        var times = Clips.Read(source).Select(f => f.Pts * source.Info.TimeBase.Value).ToList();

        times.Count.ShouldBe(4);
        times.Zip(times.Skip(1), (a, b) => b - a).ShouldAllBe(gap => Math.Abs(gap - 3500) < 0.01);
        source.Notes.ShouldBeEmpty();
    }

    [MediaFact(NeedsTools = true)]
    public void Read_PauseOfTheVideoAlone_Stays()
    {
        using var folder = new TempFolder();
        FFmpegTool.Make("-f", "lavfi", "-i", "testsrc2=s=64x48:r=25:d=22", "-f", "lavfi", "-i", "sine=d=22", "-vf", "select='lt(t,1)+gt(t,21)'", "-fps_mode", "passthrough",
            "-c:v", "mpeg2video", "-c:a", "mp2", folder["pause.ts"]);

        using var source = FFmpegSource.Open(folder["pause.ts"], new VideoOptions());
        var times = Clips.Read(source).Select(f => f.Pts * source.Info.TimeBase.Value).ToList();

        times.Zip(times.Skip(1), (a, b) => b - a).Max().ShouldBe(20, 0.1);
        source.Notes.ShouldBeEmpty();
    }

    [MediaFact(NeedsTools = true)]
    public void Read_OnePacketWithAWrongTime_IsPutWhereItWasDue()
    {
        using var folder = new TempFolder();
        FFmpegTool.Make("-f", "lavfi", "-i", "testsrc2=s=64x48:r=25:d=2", "-c:v", "mpeg2video", "-bf", "0", folder["a.ts"]);
        var bytes = File.ReadAllBytes(folder["a.ts"]);
        var pes = Enumerable.Range(0, bytes.Length - 14).Where(i => bytes.AsSpan(i).StartsWith((byte[])[0, 0, 1, 0xE0])).ElementAt(20);
        bytes[pes + 9] ^= 0x02; // the second highest bit of its time: 13 hours
        File.WriteAllBytes(folder["b.ts"], bytes);

        using var source = FFmpegSource.Open(folder["b.ts"], new VideoOptions());
        var times = Clips.Read(source).Select(f => f.Pts).ToList();

        times.Zip(Clips.ReadPts(folder["a.ts"]), (time, right) => Math.Abs(time - right)).ShouldAllBe(error => error <= 3600, "at most a frame off");
        times.Count.ShouldBe(50);
        source.Notes.ShouldContain(note => note.Contains("1 packet states a wrong time", StringComparison.Ordinal));
    }

    private static double[] Times(string path, string kind) =>
        [
            .. FFmpegTool.Probe("-select_streams", kind, "-show_entries", "packet=pts_time", "-of", "csv=p=0", path)
                .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(line => double.TryParse(line.Split(',')[0], CultureInfo.InvariantCulture, out var time) ? time : double.NaN),
        ];
}
