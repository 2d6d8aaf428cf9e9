using System.Security.Cryptography;
using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Native.Media;
using Xunit;

namespace VideoStyle.Native.Tests.Media;

public sealed class CutTests
{
    [MediaFact(NeedsTools = true)]
    public void Read_CutAtAnotherRate_HoldsTheFramesOfThatTimeAndNoneBehindIt()
    {
        using var folder = new TempFolder();
        FFmpegTool.Make("-f", "lavfi", "-i", "testsrc2=s=64x48:r=25:d=2.4", "-c:v", "ffv1", folder["clip.mkv"]);

        var (cut, _) = Read(folder["clip.mkv"], new VideoOptions { From = TimeSpan.FromSeconds(0.4), To = TimeSpan.FromSeconds(2), FrameRate = new Rational(25, 2) });

        cut.Count.ShouldBe(20);
    }

    [MediaTheory]
    [InlineData("media/bpyramid.mp4")]
    [InlineData("media/vp9.webm")]
    [InlineData("media/mpeg2.ts")]
    [InlineData("media/av1.mkv")]
    [InlineData("media/hevc.mp4")]
    [InlineData("media/rotated_vfr.mp4")]
    [InlineData("broken/without_stss.mp4")]
    [SharedInlineData("videos/bbb_800x640_30fps_4s_bpyramid.mp4")]
    [SharedInlineData("videos/bear_320x240_3s.webm")]
    [SharedInlineData("videos/bbb_1080p_mpeg2_2.5s.ts")]
    [SharedInlineData("videos/av1_640x360_5s.mkv")]
    [SharedInlineData("videos/h265_128x128_1s.mp4")]
    [SharedInlineData("videos/fire_720p_VFR_rot180_2s_aac.mp4")]
    [SharedInlineData("broken-media/sample_without_stss.mp4")]
    public void Read_FromTo_GivesExactlyTheFramesOfThatTime(string clip)
    {
        var path = Fixtures.Path(clip);
        var (all, tick) = Read(path, new VideoOptions { MaxSize = 64 });
        var start = all[0].Pts;
        foreach (var (begin, end) in (((double, double)[])[(0.0, 0.5), (0.31, 0.9), (0.5, 0.7), (0.93, 0.95)]).Select(p => (p.Item1 * Length(), p.Item2 * Length())))
        {
            var (from, to) = (TimeSpan.FromSeconds(begin), TimeSpan.FromSeconds(end));
            var expected = all.Where(f => Seconds(f.Pts) >= from.TotalSeconds - tick / 2 && Seconds(f.Pts) < to.TotalSeconds - tick / 2).ToList();
            if (expected.Count == 0)
                continue;

            var (cut, _) = Read(path, new VideoOptions { MaxSize = 64, From = from, To = to });

            cut.Select(f => f.Hash).ShouldBe(expected.Select(f => f.Hash), $"{from} to {to}");
            var origin = from > TimeSpan.Zero ? expected[0].Pts : 0;
            cut.Select(f => f.Pts).ShouldBe(expected.Select(f => f.Pts - origin));
        }

        double Seconds(long pts) => (pts - start) * tick;
        double Length() => Seconds(all[^1].Pts) + 0.0013;
    }

    [MediaFact]
    public void Open_FromAfterTheEnd_ThrowsInputErrorThatNamesIt()
    {
        using var folder = new TempFolder();
        Clips.Write(folder["a.mp4"], 64, 48, 5);

        var error = Should.Throw<VideoStyleException>(
            () => FFmpegSource.Open(folder["a.mp4"], new VideoOptions { From = TimeSpan.FromSeconds(9) })
        );

        error.Kind.ShouldBe(ErrorKind.Input);
        error.Message.ShouldBe($"{folder["a.mp4"]}: ends before the first wanted frame.");
    }

    [MediaTheory]
    [InlineData(2.0, 1.0)]
    [InlineData(1.0, 1.0)]
    [InlineData(-1.0, 1.0)]
    public void Open_NoTimeBetween_ThrowsUsageError(double from, double to)
    {
        using var folder = new TempFolder();
        Clips.Write(folder["a.mp4"], 64, 48, 5);
        var options = new VideoOptions { From = TimeSpan.FromSeconds(from), To = TimeSpan.FromSeconds(to) };

        Should.Throw<VideoStyleException>(() => FFmpegSource.Open(folder["a.mp4"], options)).Kind.ShouldBe(ErrorKind.Usage);
    }

    private static (List<(long Pts, string Hash)> Frames, double Tick) Read(string path, VideoOptions options)
    {
        using var source = FFmpegSource.Open(path, options);
        return ([.. Clips.Read(source).Select(f => (f.Pts, Convert.ToHexString(SHA256.HashData(f.Pixels))))], source.Info.TimeBase.Value);
    }
}
