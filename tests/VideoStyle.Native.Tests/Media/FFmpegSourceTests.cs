using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Native.Media;
using Xunit;

namespace VideoStyle.Native.Tests.Media;

public sealed class FFmpegSourceTests
{
    [MediaTheory]
    [InlineData("media/av1.mkv")]
    [InlineData("media/mpeg2.ts")]
    [InlineData("media/bpyramid.mp4")]
    [InlineData("media/vp9.webm")]
    [InlineData("media/odd_161x121.webm")]
    [InlineData("media/rotated.mp4")]
    [InlineData("media/rotated_vfr.mp4")]
    [InlineData("media/h264_10bit.mp4")]
    [InlineData("media/hevc.mp4")]
    [InlineData("media/multistream.mp4")]
    [InlineData("media/portrait.mp4")]
    [InlineData("media/vfr.mp4")]
    [InlineData("media/interlaced.mpg")]
    [InlineData("media/data.mov")]
    [InlineData("media/attachment.mkv")]
    [InlineData("broken/no_duration.webm")]
    [InlineData("broken/empty_track.mp4")]
    [InlineData("broken/mdat_too_long.mp4")]
    [InlineData("broken/shorter_audio.mp4")]
    [InlineData("broken/without_stss.mp4")]
    [InlineData("broken/failing_audio.mp4")]
    [SharedInlineData("media/av1.mkv")]
    [SharedInlineData("videos/bbb_1080p_mpeg2_2.5s.ts")]
    [SharedInlineData("videos/bbb_800x640_30fps_4s_bpyramid.mp4")]
    [SharedInlineData("videos/bear_320x240_3s.webm")]
    [SharedInlineData("videos/bear_odd_161x121_1s.webm")]
    [SharedInlineData("videos/emulator_720p_rot270_5s_aac.mp4")]
    [SharedInlineData("videos/fire_720p_VFR_rot180_2s_aac.mp4")]
    [SharedInlineData("videos/h264_10bit_200x200_1s.mp4")]
    [SharedInlineData("videos/h265_128x128_1s.mp4")]
    [SharedInlineData("videos/nasa_multistream_17s.mp4")]
    [SharedInlineData("videos/portrait_720x1080_1s_aac.mp4")]
    [SharedInlineData("videos/traffic_720p_VFR_35s.mp4")]
    [SharedInlineData("broken-media/no_duration.webm")]
    [SharedInlineData("broken-media/sample_empty_track.mp4")]
    [SharedInlineData("broken-media/sample_mdat_too_long.mp4")]
    [SharedInlineData("broken-media/sample_shorter_audio.mp4")]
    [SharedInlineData("broken-media/sample_without_stss.mp4")]
    [SharedInlineData("broken-media/video_with_failing_audio.mp4")]
    public void Read_AnyClip_GivesEveryFrameWithItsTime(string clip)
    {
        var path = Fixtures.Path(clip);
        using var source = FFmpegSource.Open(path, new VideoOptions());
        var stream = source.Info.Streams.Single(s => s.Selected).Index;
        var expected = FFmpegTool.FramePts(path, stream);

        var actual = Clips.Read(source).Select(frame => (frame.Index, frame.Pts)).ToList();

        actual.Count.ShouldBe(expected.Length);
        actual.Select(frame => frame.Index).ShouldBe(Enumerable.Range(0, expected.Length).Select(i => (long)i));
        // The clock of a transport or program stream starts anywhere, and is moved.
        var moved = Path.GetExtension(clip) is ".ts" or ".mpg" ? expected[0] - actual[0].Pts : 0;
        actual.Select(frame => frame.Pts).ShouldBe(expected.Select(pts => pts - moved));
    }

    [MediaTheory]
    [InlineData("media/odd_161x121.webm")]
    [InlineData("media/bt470bg.mp4")]
    [InlineData("media/bt709.mp4")]
    [InlineData("media/h264_10bit.mp4")]
    [InlineData("media/full_range.mp4")]
    public void Read_Pixels_EqualFFmpegsOwnAccurateConversion(string clip)
    {
        var expected = File.ReadAllBytes(Fixtures.Path(clip + ".rgb"));
        using var source = FFmpegSource.Open(Fixtures.Path(clip), new VideoOptions());
        using var frame = source.Read(new FramePool())!;

        // Equal with the FFmpeg that made the reference; one level is left to the rounding of others.
        frame.Pixels.Length.ShouldBe(expected.Length);
        for (var i = 0; i < expected.Length; i++)
            Math.Abs(frame.Pixels[i] - expected[i]).ShouldBeLessThanOrEqualTo(1, $"byte {i}");
    }

    [MediaTheory(NeedsTools = true)]
    [InlineData("media/odd_161x121.webm", "bt601")]
    [SharedInlineData("videos/bear_odd_161x121_1s.webm", "bt601")]
    [SharedInlineData("videos/sav_bedroom_540p_30fps_7s.mp4", "bt601")]
    [SharedInlineData("videos/sav_dog_720p_2997_10s_aac.mp4", "bt709")]
    [SharedInlineData("videos/h264_10bit_200x200_1s.mp4", "bt601")]
    [SharedInlineData("broken-media/sample_shorter_audio.mp4", "bt601")]
    public void Read_Pixels_EqualThoseOfTheInstalledFFmpeg(string clip, string matrix)
    {
        var path = Fixtures.Path(clip);
        var expected = FFmpegTool.Rgb24(path, 3, matrix: matrix);
        using var source = FFmpegSource.Open(path, new VideoOptions());

        var actual = Clips.Read(source).Take(3).SelectMany(frame => frame.Pixels.ToArray()).ToArray();

        actual.ShouldBe(expected);
    }

    [MediaTheory]
    [InlineData("media/rotated.mp4", 72, 128)]
    [InlineData("media/rotated_vfr.mp4", 128, 72)]
    [InlineData("media/odd_161x121.webm", 161, 121)]
    [SharedInlineData("videos/emulator_720p_rot270_5s_aac.mp4", 720, 1280)]
    [SharedInlineData("videos/fire_720p_VFR_rot180_2s_aac.mp4", 1280, 720)]
    [SharedInlineData("videos/bear_odd_161x121_1s.webm", 161, 121)]
    public void Info_AnyClip_GivesTheUprightSize(string clip, int width, int height)
    {
        using var source = FFmpegSource.Open(Fixtures.Path(clip), new VideoOptions());

        (source.Info.Width, source.Info.Height).ShouldBe((width, height));
    }

    [MediaFact]
    public void Info_MultiStreamClip_NamesEveryStream()
    {
        using var source = FFmpegSource.Open(Fixtures.Path("media/multistream.mp4"), new VideoOptions());

        source.Info.Streams.Select(s => s.Kind).ShouldBe(["video", "audio", "subtitle", "video", "audio", "subtitle"]);
        source.Info.Streams.Single(s => s.Selected).Index.ShouldBe(3);
        (source.Info.Codec, source.Info.FrameCount).ShouldBe(("h264", 90));
    }

    [MediaTheory]
    [InlineData("media/bt709.mp4", 64, 64, 36)]
    [InlineData("media/portrait.mp4", 48, 32, 48)]
    [InlineData("media/odd_161x121.webm", 100, 100, 76)]
    [InlineData("media/odd_161x121.webm", 161, 161, 121)]
    [InlineData("media/odd_161x121.webm", 4000, 161, 121)]
    [InlineData("media/odd_161x121.webm", 7, 6, 6)]
    [InlineData("media/odd_161x121.webm", 1, 1, 1)]
    public void Read_MaxSize_ScalesDownAndNeverUp(string clip, int maxSize, int width, int height)
    {
        using var source = FFmpegSource.Open(Fixtures.Path(clip), new VideoOptions { MaxSize = maxSize });
        using var frame = source.Read(new FramePool());

        frame.ShouldNotBeNull();
        (frame.Width, frame.Height).ShouldBe((width, height));
        (source.Info.Width, source.Info.Height).ShouldBe((width, height));
    }

    [MediaTheory]
    [InlineData("missing.mp4", "there is no such file")]
    [InlineData("empty.mp4", "is empty")]
    [InlineData("text.mp4", "cannot be read as a video")]
    [InlineData("folder.mp4", "is a folder")]
    public void Open_NoVideo_ThrowsInputErrorThatNamesIt(string name, string cause)
    {
        using var folder = new TempFolder();
        File.WriteAllBytes(folder["empty.mp4"], []);
        File.WriteAllText(folder["text.mp4"], "This is a letter to the reader, not a film.\n");
        Directory.CreateDirectory(folder["folder.mp4"]);

        var error = Should.Throw<VideoStyleException>(() => FFmpegSource.Open(folder[name], new VideoOptions()).Dispose());

        error.Kind.ShouldBe(ErrorKind.Input);
        error.Message.ShouldStartWith(folder[name] + ": ");
        error.Message.ShouldContain(cause);
        error.Message.ShouldEndWith(".");
    }

    [MediaTheory]
    [InlineData("broken/headers_only.avi")]
    [InlineData("broken/headers_only.flv")]
    [InlineData("broken/header_only.mp4")]
    [InlineData("broken/huge_sample.avif")]
    [InlineData("broken/audio_truncated_after_moov.m4a")]
    [SharedInlineData("broken-media/AudioVideoInterleave.avi")]
    [SharedInlineData("broken-media/FlashVideo.flv")]
    [SharedInlineData("broken-media/bipbop_nonfragment_header.mp4")]
    [SharedInlineData("broken-media/clusterfuzz-testcase-minimized-avif-4914209301856256.avif")]
    [SharedInlineData("broken-media/large_stbl_truncated_after_moov.m4b")]
    public void Open_BrokenClipWithoutFrames_ThrowsInputErrorThatNamesIt(string clip)
    {
        var path = Fixtures.Path(clip);

        var error = Should.Throw<VideoStyleException>(() => FFmpegSource.Open(path, new VideoOptions()).Dispose());

        error.Kind.ShouldBe(ErrorKind.Input);
        error.Message.ShouldStartWith(path + ": ");
    }

    [MediaFact]
    public void Read_TruncatedClip_GivesWhatCanBeDecodedAndSaysSo()
    {
        using var folder = new TempFolder();
        // Matroska has no index at the end that a cut would take away.
        var whole = File.ReadAllBytes(Fixtures.Path("media/av1.mkv"));
        File.WriteAllBytes(folder["cut.mkv"], whole[..(whole.Length / 2)]);

        var frames = Clips.ReadPts(folder["cut.mkv"]);

        frames.Count.ShouldBeInRange(10, 49);
        frames.ShouldBe(FFmpegTool.FramePts(Fixtures.Path("media/av1.mkv"), 0)[..frames.Count]);
    }

    [MediaFact]
    public void Read_DamagedPackets_GoesOnAndCountsThem()
    {
        using var folder = new TempFolder();
        var bytes = File.ReadAllBytes(Fixtures.Path("media/vp9.webm"));
        for (var i = bytes.Length / 3; i < bytes.Length / 3 + 1000; i++)
            bytes[i] ^= 0x5A;
        File.WriteAllBytes(folder["damaged.webm"], bytes);
        using var source = FFmpegSource.Open(folder["damaged.webm"], new VideoOptions());

        Clips.Read(source).Count().ShouldBeInRange(20, 81);

        source.Notes.ShouldNotBeEmpty();
        source.Notes[0].ShouldContain("damaged.webm");
    }

    [MediaFact]
    public void Open_NonAsciiPathWithColonAndPercent_Reads()
    {
        using var folder = new TempFolder();
        var path = folder["Bär: 映画 %03d 100%.mp4"];
        Clips.Write(path, 64, 48, 3);

        Clips.ReadPts(path).ShouldBe([0, 40, 80]);
    }

    [MediaFact]
    public void Dispose_Twice_DoesNothing()
    {
        using var folder = new TempFolder();
        Clips.Write(folder["a.mp4"], 64, 48, 3);
        var source = FFmpegSource.Open(folder["a.mp4"], new VideoOptions());

        source.Dispose();
        source.Dispose();

        Should.Throw<ObjectDisposedException>(() => source.Read(new FramePool()));
    }

    [MediaFact]
    public void Read_AfterTheEnd_StaysAtTheEndAndKeepsNoFrame()
    {
        using var folder = new TempFolder();
        Clips.Write(folder["a.mp4"], 64, 48, 2);
        var pool = new FramePool();
        using var source = FFmpegSource.Open(folder["a.mp4"], new VideoOptions());
        for (var i = 0; i < 2; i++)
            source.Read(pool)!.Dispose();

        source.Read(pool).ShouldBeNull();
        source.Read(pool).ShouldBeNull();
        pool.Live.ShouldBe(0);
    }
}
