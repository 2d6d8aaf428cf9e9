using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Native.Media;
using Xunit;

namespace VideoStyle.Native.Tests.Media;

public sealed class FFmpegSinkTests
{
    [MediaTheory(NeedsTools = true)]
    [InlineData(1, 1, 2, 2)]
    [InlineData(8, 8, 8, 8)]
    [InlineData(161, 121, 162, 122)]
    [InlineData(160, 121, 160, 122)]
    [InlineData(2000, 2, 2000, 2)]
    public void Write_AnySize_IsKeptOrMadeEven(int width, int height, int codedWidth, int codedHeight)
    {
        using var folder = new TempFolder();
        var path = folder["out.mp4"];

        Clips.Write(path, width, height, 5);

        FFmpegTool.Stream(path, 0, "stream=width,height,pix_fmt").ShouldBe($"{codedWidth},{codedHeight},yuv420p");
        Clips.ReadPts(path).Count.ShouldBe(5);
    }

    [MediaTheory]
    [InlineData("h264", "mp4", 6)]
    [InlineData("hevc", "mp4", 6)]
    [InlineData("vp9", "webm", 6)]
    [InlineData("av1", "mkv", 6)]
    [InlineData("prores", "mov", 3)]
    [InlineData("ffv1", "mkv", 0)]
    public void Write_AnyCodec_ReadsBackAlmostTheSame(string codec, string extension, double tolerance)
    {
        using var folder = new TempFolder();
        var path = folder[$"out.{extension}"];
        Clips.Write(path, 128, 96, 8, new EncodeOptions { Codec = codec });
        var pool = new FramePool();
        using var source = FFmpegSource.Open(path, new VideoOptions());
        source.Info.Codec.ShouldBe(codec);

        foreach (var frame in Clips.Read(source))
        {
            using var expected = Clips.Picture(pool, 128, 96, (int)frame.Index);
            MeanDifference(frame, expected).ShouldBeLessThanOrEqualTo(tolerance);
        }
    }

    [MediaTheory]
    [InlineData("media/bpyramid.mp4", "mp4")]
    [InlineData("media/rotated_vfr.mp4", "mp4")]
    [InlineData("media/vfr.mp4", "mkv")]
    [InlineData("media/odd_161x121.webm", "mp4")]
    [InlineData("media/vp9.webm", "mkv")]
    [InlineData("media/mpeg2.ts", "mp4")]
    [InlineData("media/portrait.mp4", "mkv")]
    [InlineData("media/av1.mkv", "mov")]
    [SharedInlineData("videos/bbb_800x640_30fps_4s_bpyramid.mp4", "mp4")]
    [SharedInlineData("videos/fire_720p_VFR_rot180_2s_aac.mp4", "mp4")]
    [SharedInlineData("videos/traffic_720p_VFR_35s.mp4", "mkv")]
    [SharedInlineData("videos/bear_odd_161x121_1s.webm", "mp4")]
    [SharedInlineData("videos/bear_320x240_3s.webm", "mkv")]
    [SharedInlineData("videos/bbb_1080p_mpeg2_2.5s.ts", "mp4")]
    [SharedInlineData("videos/portrait_720x1080_1s_aac.mp4", "mkv")]
    [SharedInlineData("videos/av1_640x360_5s.mkv", "mov")]
    public void Write_FramesOfAnyClip_KeepTheirTimesAndTheLastDuration(string clip, string extension)
    {
        using var folder = new TempFolder();
        var to = folder["out.partial"];
        using var source = FFmpegSource.Open(Fixtures.Path(clip), new VideoOptions { MaxSize = 320 });
        var options = new EncodeOptions { FileName = $"final.{extension}", Codec = "h264", Preset = "ultrafast" };
        var frames = new List<(double Time, double Duration)>();
        var tick = source.Info.TimeBase.Value;
        using (var sink = FFmpegSink.Create(to, options, source.Info))
        {
            foreach (var frame in Clips.Read(source))
            {
                frames.Add((frame.Pts * tick, frame.Duration * tick));
                sink.Write(frame);
            }

            sink.Finish();
        }

        using var written = FFmpegSource.Open(to, new VideoOptions());
        var outTick = written.Info.TimeBase.Value;
        var actual = Clips.Read(written).Select(frame => (Time: frame.Pts * outTick, Duration: frame.Duration * outTick)).ToList();
        actual.Count.ShouldBe(frames.Count);
        // MP4 and MOV hold the very ticks; Matroska counts milliseconds.
        var tolerance = extension is "mkv" ? 0.0005001 : frames[0].Time > 0 ? 1e-9 + Clips.LateStart : 1e-9;
        for (var i = 0; i < frames.Count; i++)
            actual[i].Time.ShouldBe(frames[i].Time, tolerance);
        // The MP4 reader counts a late start against the last frame.
        if (extension is not "mkv" && frames[0].Time <= 0)
            actual[^1].Duration.ShouldBe(frames[^1].Duration, 1e-9);
    }

    [MediaTheory(NeedsTools = true)]
    [InlineData(1, false, "tv,bt709")]
    [InlineData(6, false, "tv,smpte170m")]
    [InlineData(9, false, "tv,bt2020nc")]
    [InlineData(1, true, "pc,bt709")]
    public void Write_ColorTags_SayWhatWasEncoded(int matrix, bool full, string tags)
    {
        using var folder = new TempFolder();
        var path = folder["out.mp4"];
        var video = Clips.Video(64, 64) with { Color = new ColorInfo(matrix, FullRange: full) };
        using var frame = new FramePool().Rent(64, 64);
        for (var i = 0; i < frame.Pixels.Length; i += 3)
            (frame.Pixels[i], frame.Pixels[i + 1], frame.Pixels[i + 2]) = (200, 60, 30);
        using (var sink = FFmpegSink.Create(path, new EncodeOptions { Crf = 1 }, video))
        {
            sink.Write(frame);
            sink.Finish();
        }

        FFmpegTool.Stream(path, 0, "stream=color_range,color_space").ShouldBe(tags);
        using var source = FFmpegSource.Open(path, new VideoOptions());
        using var read = source.Read(new FramePool())!;
        MeanDifference(read, frame).ShouldBeLessThanOrEqualTo(1.5);
    }

    [MediaFact]
    public void Finish_Mp4_PutsTheIndexFirst()
    {
        using var folder = new TempFolder();
        Clips.Write(folder["a.mp4"], 64, 48, 5);

        var text = System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(folder["a.mp4"]));

        text.IndexOf("moov", StringComparison.Ordinal).ShouldBeLessThan(text.IndexOf("mdat", StringComparison.Ordinal));
    }

    [MediaTheory]
    [InlineData("/proc/nowhere/out.mp4")]
    [InlineData("/dev/full")]
    public void Write_ToWhereNothingCanBeWritten_ThrowsOutputErrorThatNamesIt(string path)
    {
        var error = Should.Throw<VideoStyleException>(() => Clips.Write(path, 320, 240, 60, new EncodeOptions { FileName = "out.mkv" }));

        error.Kind.ShouldBe(ErrorKind.Output);
        error.Message.ShouldContain("out.mkv");
    }

    [MediaTheory]
    [InlineData("nosuchcodec", null, null, "nosuchcodec")]
    [InlineData("h264", "rgb48le", null, "rgb48le")]
    [InlineData("h264", "nosuchformat", null, "nosuchformat")]
    [InlineData("h264", null, "warp9", "warp9")]
    public void Create_ImpossibleWish_ThrowsUsageErrorThatNamesIt(string codec, string? format, string? preset, string cause)
    {
        using var folder = new TempFolder();
        var options = new EncodeOptions { Codec = codec, PixelFormat = format, Preset = preset };

        var error = Should.Throw<VideoStyleException>(() => Clips.Write(folder["a.mp4"], 161, 121, 1, options));

        error.Kind.ShouldBe(ErrorKind.Usage);
        error.Message.ShouldContain(cause);
    }

    [MediaFact]
    public void Create_UnknownExtension_ThrowsUsageErrorThatNamesIt()
    {
        using var folder = new TempFolder();

        var error = Should.Throw<VideoStyleException>(() => Clips.Write(folder["a.painting"], 64, 48, 1));

        error.Kind.ShouldBe(ErrorKind.Usage);
        error.Message.ShouldContain("a.painting");
    }

    [MediaTheory]
    [InlineData("a.m3u8", null)]
    [InlineData("a.mpd", null)]
    [InlineData("a.mp4", "segment")]
    [InlineData("a.mp4", "stream_segment")]
    [InlineData("a.mp4", "smoothstreaming")]
    [InlineData("a.mp4", "tee")]
    public void Create_ContainerOfManyFiles_ThrowsUsageErrorThatSaysWhatToNameInstead(string name, string? format)
    {
        using var folder = new TempFolder();

        var error = Should.Throw<VideoStyleException>(() => Clips.Write(folder[name], 64, 48, 1, new EncodeOptions { FormatName = format }));

        error.Kind.ShouldBe(ErrorKind.Usage);
        error.Message.ShouldContain("Name the output .mp4");
        Directory.GetFileSystemEntries(folder.Path).ShouldBeEmpty();
    }

    [MediaFact]
    public void Finish_WithoutFrames_ThrowsOutputError()
    {
        using var folder = new TempFolder();

        Should.Throw<VideoStyleException>(() => Clips.Write(folder["a.mp4"], 64, 48, 0)).Kind.ShouldBe(ErrorKind.Output);
    }

    [MediaFact]
    public void Dispose_WithoutFinish_LeavesAFileThatCanBeDeleted()
    {
        using var folder = new TempFolder();
        var sink = FFmpegSink.Create(folder["a.mp4"], new EncodeOptions(), Clips.Video(64, 48));
        using (var frame = Clips.Picture(new FramePool(), 64, 48, 0))
            sink.Write(frame);

        sink.Dispose();
        sink.Dispose();

        Directory.GetFiles("/proc/self/fd").Select(Target)
            .ShouldAllBe(open => !string.Equals(open, folder["a.mp4"], StringComparison.Ordinal));
        File.Delete(folder["a.mp4"]);

        static string? Target(string fd)
        {
            try
            {
                return File.ResolveLinkTarget(fd, returnFinalTarget: false)?.FullName;
            }
            catch (IOException)
            {
                return null; // closed by another test meanwhile
            }
        }
    }

    [MediaFact]
    public void Write_TimesThatRunBackwards_AreADefectOfTheCaller()
    {
        using var folder = new TempFolder();
        using var sink = FFmpegSink.Create(folder["a.mp4"], new EncodeOptions(), Clips.Video(64, 48));
        using var frame = Clips.Picture(new FramePool(), 64, 48, 0);
        sink.Write(frame);

        Should.Throw<VideoStyleException>(() => sink.Write(frame)).Kind.ShouldBe(ErrorKind.Internal);
    }

    [MediaFact]
    public void Create_EncoderOptions_HaveTheLastWord()
    {
        using var folder = new TempFolder();

        Write("usual.mp4", new EncodeOptions());
        Write("coarse.mp4", new EncodeOptions { EncoderOptions = "crf=51" });

        new FileInfo(folder["coarse.mp4"]).Length.ShouldBeLessThan(new FileInfo(folder["usual.mp4"]).Length / 2);

        void Write(string name, EncodeOptions options)
        {
            using var sink = FFmpegSink.Create(folder[name], options, Clips.Video(64, 48));
            using var frame = Clips.Picture(new FramePool(), 64, 48, 0);
            new Random(1).NextBytes(frame.Pixels);
            sink.Write(frame);
            sink.Finish();
        }
    }

    [MediaTheory]
    [InlineData("no_such_option=1", "option no_such_option=1 is not possible")]
    [InlineData("crf", "are not of the form key=value:key=value")]
    public void Create_EncoderOptionsThatAreWrong_ThrowUsageErrorThatNamesThem(string options, string problem)
    {
        using var folder = new TempFolder();

        var error = Should.Throw<VideoStyleException>(() => FFmpegSink.Create(folder["a.mp4"], new EncodeOptions { EncoderOptions = options }, Clips.Video(64, 48)));

        error.Kind.ShouldBe(ErrorKind.Usage);
        error.Message.ShouldContain(problem);
    }

    internal static double MeanDifference(Frame a, Frame b)
    {
        var first = a.Pixels;
        var second = b.Pixels;
        first.Length.ShouldBe(second.Length);
        long sum = 0;
        for (var i = 0; i < first.Length; i++)
            sum += Math.Abs(first[i] - second[i]);
        return (double)sum / first.Length;
    }
}
