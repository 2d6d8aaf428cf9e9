using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Native.Media;
using Xunit;

namespace VideoStyle.Native.Tests.Media;

public sealed class OutputCheckTests
{
    [MediaTheory]
    [InlineData("media/multistream.mp4", "mp4")]
    [InlineData("media/aac.mp4", "mkv")]
    [InlineData("media/multistream.mp4", "webm")]
    [InlineData("media/mpeg2.ts", "mov")]
    [SharedInlineData("videos/nasa_multistream_17s.mp4", "mp4")]
    [SharedInlineData("videos/bbb_360p_24fps_10s_aac.mp4", "mkv")]
    [SharedInlineData("videos/nasa_multistream_17s.mp4", "webm")]
    [SharedInlineData("videos/bbb_1080p_mpeg2_2.5s.ts", "mov")]
    public void Verify_WholeFile_Passes(string clip, string extension)
    {
        using var folder = new TempFolder();
        using var source = FFmpegSource.Open(
            Fixtures.Path(clip),
            new VideoOptions { MaxSize = 64, To = TimeSpan.FromSeconds(2), KeepStreams = true }
        );
        using var sink = FFmpegSink.Create(folder["x.partial"], new EncodeOptions { FileName = "x." + extension }, source);
        foreach (var frame in Clips.Read(source))
            sink.Write(frame);
        sink.Finish();

        sink.Check.Verify(folder["x.partial"], "x." + extension);
        sink.Check.Audio.ShouldBe(source.Info.Streams.Count(s => s.Kind is "audio"));
    }

    [MediaTheory]
    [InlineData(6, 0.0, 0.16, 0, "holds 5 frames where 6 were written")]
    [InlineData(5, 0.0, 0.20, 0, "lasts 0.160 s")]
    [InlineData(5, 0.0, 0.16, 1, "holds 0 audio")]
    public void Verify_SomethingElse_ThrowsOutputErrorThatSaysWhat(int frames, double first, double last, int audio, string cause)
    {
        using var folder = new TempFolder();
        Clips.Write(folder["a.mp4"], 64, 48, 5);

        var error = Should.Throw<VideoStyleException>(
            () => new OutputCheck(frames, first, last) { Audio = audio }.Verify(folder["a.mp4"], "final.mp4")
        );

        error.Kind.ShouldBe(ErrorKind.Output);
        error.Message.ShouldStartWith("final.mp4: ");
        error.Message.ShouldContain(cause);
    }

    [MediaTheory]
    [InlineData("webp", 6)]
    [InlineData("apng", 6)]
    [InlineData("gif", 6)]
    [InlineData("webp", 1)]
    [InlineData("webp", 0)]
    [InlineData("gif", 0)]
    public void Verify_AnimationWhoseEqualFramesAreOne_Passes(string extension, int change)
    {
        using var folder = new TempFolder();
        var pool = new FramePool();
        using var sink = FFmpegSink.Create(folder["a." + extension], new EncodeOptions(), Clips.Video(64, 48));
        for (var i = 0; i < 9; i++)
        {
            using var frame = Clips.Picture(pool, 64, 48, i < change ? 0 : 1);
            (frame.Pts, frame.Duration) = (40 * i, 40);
            sink.Write(frame);
        }

        sink.Finish();

        sink.Check.Verify(folder["a." + extension], "a");
    }

    [MediaFact]
    public void Verify_AnimationThatIsTooShort_ThrowsOutputErrorThatSaysSo()
    {
        using var folder = new TempFolder();
        Clips.Write(folder["a.webp"], 64, 48, 5);

        Should.Throw<VideoStyleException>(() => new OutputCheck(6, 0, 0.2) { End = 0.5 }.Verify(folder["a.webp"], "a"))
            .Message.ShouldContain("lasts 0.200 s");
    }

    [MediaFact]
    public void Verify_HalfAFile_ThrowsOutputError()
    {
        using var folder = new TempFolder();
        Clips.Write(folder["a.mkv"], 64, 48, 50, new EncodeOptions { Codec = "ffv1" });
        var bytes = File.ReadAllBytes(folder["a.mkv"]);
        File.WriteAllBytes(folder["a.mkv"], bytes[..(bytes.Length / 2)]);

        Should.Throw<VideoStyleException>(() => new OutputCheck(50, 0, 1.96).Verify(folder["a.mkv"], "a.mkv")).Kind.ShouldBe(ErrorKind.Output);
    }
}
