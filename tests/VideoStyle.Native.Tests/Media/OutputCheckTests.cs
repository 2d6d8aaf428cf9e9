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
        sink.Check.Audio.ShouldBe(extension is "webm" ? 0 : source.Info.Streams.Count(s => s.Kind is "audio"));
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
            () => new OutputCheck(frames, first, last, audio).Verify(folder["a.mp4"], "final.mp4")
        );

        error.Kind.ShouldBe(ErrorKind.Output);
        error.Message.ShouldStartWith("final.mp4: ");
        error.Message.ShouldContain(cause);
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
