using System.Security.Cryptography;
using System.Text;
using Shouldly;
using VideoStyle.Core.Media;
using VideoStyle.Native.Media;
using Xunit;

namespace VideoStyle.Native.Tests.Media;

/// <summary>What begins at a time shows the same frames as the whole video from that time on, however the container seeks.</summary>
public sealed class SeekTests
{
    private const string OpenGop = "-c:v libx264 -x264-params open-gop=1:bframes=3:keyint=25:scenecut=0";

    [MediaTheory(NeedsTools = true)]
    [InlineData("mp4", OpenGop)]
    [InlineData("mkv", OpenGop)]
    [InlineData("ts", OpenGop)]
    [InlineData("flv", OpenGop)]
    [InlineData("h264", OpenGop)]
    [InlineData("mp4", OpenGop + " -movflags frag_keyframe+empty_moov")]
    [InlineData("mp4", "-c:v libx264 -x264-params intra-refresh=1:bframes=0:keyint=25")]
    [InlineData("ts", "-c:v libx264 -x264-params intra-refresh=1:bframes=0:keyint=25")]
    [InlineData("ts", "-c:v libx265 -x265-params open-gop=1:keyint=25:log-level=error")]
    [InlineData("m2v", "-c:v mpeg2video -g 25 -bf 2")]
    [InlineData("vob", "-c:v mpeg2video -g 25 -bf 2")]
    [InlineData("avi", "-c:v ffv1 -g 25")]
    [InlineData("wmv", "-c:v wmv2 -g 25")]
    [InlineData("ogv", "-c:v libtheora -g 25")]
    [InlineData("webm", "-c:v libvpx -g 25")]
    [InlineData("gif", "-c:v gif")]
    [InlineData("apng", "-c:v apng")]
    [InlineData("ts", "-c:v mpeg2video -flags +ilme+ildct -g 25", ",tinterlace=interleave_top,fieldorder=tff")]
    public void Read_FromATime_GivesTheFramesOfDecodingFromTheStart(string extension, string encoder, string more = "")
    {
        using var folder = new TempFolder();
        var clip = folder["clip." + extension];
        FFmpegTool.Make(["-f", "lavfi", "-i", "testsrc2=s=96x64:r=25:d=5", "-vf", "null" + more, .. extension is "gif" or "apng" ? (string[])[] : ["-pix_fmt", "yuv420p"], .. encoder.Split(' '), clip]);

        ShouldSeekExactly(clip);
    }

    [MediaTheory(NeedsTools = true)]
    [InlineData("mp4")]
    [InlineData("mkv")]
    [InlineData("ts")]
    public void Read_FromATimeInWhatAnOldX264Encoded_ReadsItAsThatVersionMeantIt(string extension)
    {
        using var folder = new TempFolder();
        FFmpegTool.Make("-f", "lavfi", "-i", "testsrc2=s=96x64:r=25:d=4", "-c:v", "libx264", "-qp", "0", "-g", "25", "-pix_fmt", "yuv420p", folder["new.mp4"]);
        // Builds before 151 predicted lossless blocks in another way; decoders know them by the message in the first packet alone.
        var bytes = File.ReadAllBytes(folder["new.mp4"]);
        var version = bytes.AsSpan().IndexOf("x264 - core "u8);
        Encoding.ASCII.GetBytes("150", bytes.AsSpan(version + 12, 3));
        File.WriteAllBytes(folder["old.mp4"], bytes);
        FFmpegTool.Make("-i", folder["old.mp4"], "-c", "copy", folder["clip." + extension]);

        Hashes(folder["clip." + extension], null).ShouldNotBe(Hashes(folder["new.mp4"], null), "the two are read in two ways");
        ShouldSeekExactly(folder["clip." + extension]);
    }

    private static void ShouldSeekExactly(string clip)
    {
        var (all, tick) = Read(clip, null);
        all.Count.ShouldBeGreaterThan(50);
        foreach (var part in (double[])[0.07, 0.333, 0.503, 0.75, 0.97])
        {
            var from = TimeSpan.FromSeconds(Math.Round(part * (all[^1].Pts - all[0].Pts) * tick, 3));
            var (cut, _) = Read(clip, from);
            var expected = all.Where(f => (f.Pts - all[0].Pts) * tick >= from.TotalSeconds - tick / 2).Select(f => f.Hash).ToList();

            cut.Count.ShouldBe(expected.Count, $"from {from}");
            Enumerable.Range(0, cut.Count).FirstOrDefault(i => cut[i].Hash != expected[i], -1).ShouldBe(-1, $"the first frame that differs, from {from}");
        }
    }

    private static List<string> Hashes(string clip, TimeSpan? from) => [.. Read(clip, from).Frames.Select(f => f.Hash)];

    private static (List<(long Pts, string Hash)> Frames, double Tick) Read(string path, TimeSpan? from)
    {
        using var source = FFmpegSource.Open(path, new VideoOptions { From = from });
        return ([.. Clips.Read(source).Select(f => (f.Pts, Convert.ToHexString(SHA256.HashData(f.Pixels))))], source.Info.TimeBase.Value);
    }
}
