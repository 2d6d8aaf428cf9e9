using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Native.Media;
using Xunit;

namespace VideoStyle.Native.Tests.Media;

public sealed class FFmpegSourceTests
{
    [MediaTheory(NeedsData = true, NeedsTools = true)]
    [InlineData("videos/av1_640x360_5s.mkv")]
    [InlineData("videos/bbb_1080p_mpeg2_2.5s.ts")]
    [InlineData("videos/bbb_800x640_30fps_4s_bpyramid.mp4")]
    [InlineData("videos/bear_320x240_3s.webm")]
    [InlineData("videos/bear_odd_161x121_1s.webm")]
    [InlineData("videos/emulator_720p_rot270_5s_aac.mp4")]
    [InlineData("videos/fire_720p_VFR_rot180_2s_aac.mp4")]
    [InlineData("videos/h264_10bit_200x200_1s.mp4")]
    [InlineData("videos/h265_128x128_1s.mp4")]
    [InlineData("videos/nasa_multistream_17s.mp4")]
    [InlineData("videos/portrait_720x1080_1s_aac.mp4")]
    [InlineData("videos/traffic_720p_VFR_35s.mp4")]
    [InlineData("broken-media/no_duration.webm")]
    [InlineData("broken-media/sample_empty_track.mp4")]
    [InlineData("broken-media/sample_mdat_too_long.mp4")]
    [InlineData("broken-media/sample_shorter_audio.mp4")]
    [InlineData("broken-media/sample_without_stss.mp4")]
    [InlineData("broken-media/video_with_failing_audio.mp4")]
    public void Read_AnyClip_GivesEveryFrameWithItsTime(string clip)
    {
        var path = SharedData.Path(clip);
        using var source = FFmpegSource.Open(path, new VideoOptions());
        var stream = source.Info.Streams.Single(s => s.Selected).Index;
        var expected = FFmpegTool.FramePts(path, stream);

        var actual = Clips.Read(source).Select(frame => (frame.Index, frame.Pts)).ToList();

        actual.Count.ShouldBe(expected.Length);
        actual.Select(frame => frame.Index).ShouldBe(Enumerable.Range(0, expected.Length).Select(i => (long)i));
        // A transport stream's clock starts anywhere, and is moved.
        var moved = clip.EndsWith(".ts", StringComparison.Ordinal) ? expected[0] - actual[0].Pts : 0;
        actual.Select(frame => frame.Pts).ShouldBe(expected.Select(pts => pts - moved));
    }

    [MediaTheory(NeedsData = true, NeedsTools = true)]
    [InlineData("videos/bear_odd_161x121_1s.webm", "bt601")]
    [InlineData("videos/sav_bedroom_540p_30fps_7s.mp4", "bt601")]
    [InlineData("videos/sav_dog_720p_2997_10s_aac.mp4", "bt709")]
    [InlineData("videos/h264_10bit_200x200_1s.mp4", "bt601")]
    [InlineData("broken-media/sample_shorter_audio.mp4", "bt601")]
    public void Read_Pixels_EqualFFmpegsOwnAccurateConversion(string clip, string matrix)
    {
        var path = SharedData.Path(clip);
        var expected = FFmpegTool.Rgb24(path, 3, matrix: matrix);
        using var source = FFmpegSource.Open(path, new VideoOptions());

        var actual = Clips.Read(source).Take(3).SelectMany(frame => frame.Pixels.ToArray()).ToArray();

        actual.ShouldBe(expected);
    }

    [MediaTheory(NeedsData = true)]
    [InlineData("videos/emulator_720p_rot270_5s_aac.mp4", 720, 1280)]
    [InlineData("videos/fire_720p_VFR_rot180_2s_aac.mp4", 1280, 720)]
    [InlineData("videos/bear_odd_161x121_1s.webm", 161, 121)]
    public void Info_AnyClip_GivesTheUprightSize(string clip, int width, int height)
    {
        using var source = FFmpegSource.Open(SharedData.Path(clip), new VideoOptions());

        (source.Info.Width, source.Info.Height).ShouldBe((width, height));
    }

    [MediaFact(NeedsData = true)]
    public void Info_MultiStreamClip_NamesEveryStream()
    {
        using var source = FFmpegSource.Open(SharedData.Path("videos/nasa_multistream_17s.mp4"), new VideoOptions());

        source.Info.Streams.Select(s => s.Kind).ShouldBe(["video", "audio", "subtitle", "video", "audio", "subtitle"]);
        source.Info.Streams.Single(s => s.Selected).Index.ShouldBe(3);
        (source.Info.Codec, source.Info.FrameCount).ShouldBe(("h264", 390));
    }

    [MediaTheory(NeedsData = true)]
    [InlineData("videos/sav_dog_720p_2997_10s_aac.mp4", 640, 640, 360)]
    [InlineData("videos/portrait_720x1080_1s_aac.mp4", 480, 320, 480)]
    [InlineData("videos/bear_odd_161x121_1s.webm", 100, 100, 76)]
    [InlineData("videos/bear_odd_161x121_1s.webm", 161, 161, 121)]
    [InlineData("videos/bear_odd_161x121_1s.webm", 4000, 161, 121)]
    [InlineData("videos/bear_odd_161x121_1s.webm", 7, 6, 6)]
    [InlineData("videos/bear_odd_161x121_1s.webm", 1, 1, 1)]
    public void Read_MaxSize_ScalesDownAndNeverUp(string clip, int maxSize, int width, int height)
    {
        using var source = FFmpegSource.Open(SharedData.Path(clip), new VideoOptions { MaxSize = maxSize });
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

    [MediaTheory(NeedsData = true)]
    [InlineData("AudioVideoInterleave.avi")]
    [InlineData("FlashVideo.flv")]
    [InlineData("bipbop_nonfragment_header.mp4")]
    [InlineData("clusterfuzz-testcase-minimized-avif-4914209301856256.avif")]
    [InlineData("large_stbl_truncated_after_moov.m4b")]
    public void Open_BrokenClipWithoutFrames_ThrowsInputErrorThatNamesIt(string clip)
    {
        var path = SharedData.Path($"broken-media/{clip}");

        var error = Should.Throw<VideoStyleException>(() => FFmpegSource.Open(path, new VideoOptions()).Dispose());

        error.Kind.ShouldBe(ErrorKind.Input);
        error.Message.ShouldStartWith(path + ": ");
    }

    [MediaFact(NeedsData = true, NeedsTools = true)]
    public void Read_TruncatedClip_GivesWhatCanBeDecodedAndSaysSo()
    {
        using var folder = new TempFolder();
        // Matroska has no index at the end that a cut would take away.
        var whole = File.ReadAllBytes(SharedData.Path("videos/av1_640x360_5s.mkv"));
        File.WriteAllBytes(folder["cut.mkv"], whole[..(whole.Length / 2)]);

        var frames = Clips.ReadPts(folder["cut.mkv"]);

        frames.Count.ShouldBeInRange(10, 124);
        frames.ShouldBe(FFmpegTool.FramePts(folder["cut.mkv"], 0));
    }

    [MediaFact(NeedsData = true)]
    public void Read_DamagedPackets_GoesOnAndCountsThem()
    {
        using var folder = new TempFolder();
        var bytes = File.ReadAllBytes(SharedData.Path("videos/bear_320x240_3s.webm"));
        for (var i = bytes.Length / 3; i < bytes.Length / 3 + 3000; i++)
            bytes[i] ^= 0x5A;
        File.WriteAllBytes(folder["damaged.webm"], bytes);
        using var source = FFmpegSource.Open(folder["damaged.webm"], new VideoOptions());

        Clips.Read(source).Count().ShouldBeInRange(20, 82);

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
