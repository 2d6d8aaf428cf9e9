using System.Globalization;
using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Native.Media;
using Xunit;

namespace VideoStyle.Native.Tests.Media;

/// <summary>Every container that users name, with the codecs that are usual there.</summary>
public sealed class ContainerTests
{
    [MediaTheory(NeedsTools = true)]
    [InlineData("avi", "h264")]
    [InlineData("mpg", "mpeg1video")]
    [InlineData("mpeg", "mpeg1video")]
    [InlineData("vob", "mpeg2video")]
    [InlineData("ogv", "theora")]
    [InlineData("ogg", "theora")]
    [InlineData("mxf", "mpeg2video")]
    [InlineData("ts", "h264")]
    [InlineData("m2ts", "h264")]
    [InlineData("flv", "h264")]
    [InlineData("wmv", "wmv2")]
    [InlineData("asf", "wmv2")]
    [InlineData("3gp", "h264")]
    [InlineData("mov", "h264")]
    [InlineData("webm", "vp9")]
    public void Rewrite_AnyExtension_KeepsEveryFrameAndItsTime(string to, string codec)
    {
        using var folder = new TempFolder();
        Make(folder["in.mp4"], "25", "null");

        var (notes, check) = Rewrite(folder["in.mp4"], folder["out." + to]);

        notes.ShouldAllBe(note => note.StartsWith("audio stream 1 (aac) is converted to", StringComparison.Ordinal));
        using var after = FFmpegSource.Open(folder["out." + to], new VideoOptions());
        (after.Info.Codec, after.Info.FrameRate).ShouldBe((codec, new Rational(25, 1)));
        var times = Clips.Read(after).Select(frame => frame.Pts * after.Info.TimeBase.Value).ToList();
        times.Count.ShouldBe(50);
        for (var i = 0; i < 50; i++)
            (times[i] - times[0]).ShouldBe(0.04 * i, 0.0011);
        check.Frames.ShouldBe(50);
    }

    [MediaTheory(NeedsTools = true)]
    [InlineData("avi", 75)]
    [InlineData("mpg", 75)]
    [InlineData("ogv", 75)]
    [InlineData("mxf", 75)]
    [InlineData("wmv", 39)]
    [InlineData("flv", 39)]
    [InlineData("mkv", 39)]
    public void Rewrite_VariableRate_IsKeptOrConvertedAndSaid(string to, int frames)
    {
        using var folder = new TempFolder();
        Make(folder["in.mkv"], "25", "select='not(between(n,20,35))*(mod(n,3)-1)'", 3);

        var (notes, check) = Rewrite(folder["in.mkv"], folder["out." + to]);

        check.Frames.ShouldBe(frames);
        (check.End - check.First).ShouldBe(3, 0.001, "the last frame is shown as long as before");
        var said = notes.Where(note => note.Contains("constant frame rate", StringComparison.Ordinal));
        if (frames == 39)
            said.ShouldBeEmpty();
        else
            said.ShouldHaveSingleItem().ShouldContain("25 frames a second here: 36 of 75 frames are repetitions, and 0 were dropped.");
    }

    [MediaTheory(NeedsTools = true)]
    [InlineData("10", "mpg", "30/1")]
    [InlineData("15", "mxf", "30/1")]
    [InlineData("12.5", "vob", "25/1")]
    [InlineData("48", "mpg", "50/1")]
    [InlineData("120", "mpg", "60/1")]
    [InlineData("30000/1001", "mpg", "30000/1001")]
    [InlineData("24000/1001", "mxf", "24000/1001")]
    [InlineData("12.5", "avi", "25/2")]
    [InlineData("30000/1001", "avi", "30000/1001")]
    public void Rewrite_AnyRate_BecomesOneOfTheContainerWithTheSameLength(string rate, string to, string expected)
    {
        using var folder = new TempFolder();
        Make(folder["in.mkv"], rate, "null", 1);

        var (notes, check) = Rewrite(folder["in.mkv"], folder["out." + to]);

        FFmpegTool.Stream(folder["out." + to], 0, "stream=r_frame_rate").ShouldStartWith(expected);
        (check.End - check.First).ShouldBe(1, 0.05);
        notes.Any(note => note.Contains("constant", StringComparison.Ordinal)).ShouldBe(Value(rate) != Value(expected), "what is repeated or dropped is said");

        static double Value(string text) => double.Parse(text.Split('/')[0], CultureInfo.InvariantCulture) / (text.Contains('/', StringComparison.Ordinal) ? double.Parse(text.Split('/')[1], CultureInfo.InvariantCulture) : 1);
    }

    [MediaTheory(NeedsTools = true)]
    [InlineData("avi")]
    [InlineData("mxf")]
    [InlineData("mpg")]
    public void Rewrite_VideoThatBeginsLate_StaysWithItsSound(string to)
    {
        using var folder = new TempFolder();
        Make(folder["a.mkv"], "25", "null");
        FFmpegTool.Make("-itsoffset", "0.053", "-i", folder["a.mkv"], "-i", folder["a.mkv"], "-map", "0:v", "-map", "1:a", "-c", "copy", folder["in.mkv"]);

        Rewrite(folder["in.mkv"], folder["out." + to]);

        SoundTrack.Read(folder["out." + to]).LagBehind(SoundTrack.Read(folder["in.mkv"])).Samples.ShouldBe(0, 49);
    }

    [MediaTheory(NeedsTools = true)]
    [InlineData("mxf", "pcm_s24le")]
    [InlineData("avi", "pcm_s16le")]
    [InlineData("mpg", "aac")]
    public void Rewrite_SoundShorterThanTheVideo_CostsNoFrame(string to, string codec)
    {
        using var folder = new TempFolder();
        FFmpegTool.Make("-f", "lavfi", "-i", "testsrc2=s=96x64:r=25:d=2", "-f", "lavfi", "-i", "sine=d=0.5", "-c:v", "libx264", "-preset", "ultrafast", "-c:a", codec, folder["in.mov"]);

        Rewrite(folder["in.mov"], folder["out." + to]).Check.Frames.ShouldBe(50);
    }

    [MediaFact(NeedsTools = true)]
    public void Rewrite_GapOfOverTenMinutesIntoAConstantRate_ThrowsUsageErrorThatNamesContainersThatHoldIt()
    {
        using var folder = new TempFolder();
        Make(folder["in.mkv"], "25", "setpts='PTS+gt(N,5)*700/TB'", 1);

        var error = Should.Throw<VideoStyleException>(() => Rewrite(folder["in.mkv"], folder["out.avi"]));

        error.Kind.ShouldBe(ErrorKind.Usage);
        error.Message.ShouldContain("mkv and mp4");
    }

    [MediaTheory]
    [InlineData("out.mpg", 3, 6)]
    [InlineData("out.wmv", null, 6)]
    [InlineData("out.mp4", 2, 6)]
    public void Write_OlderCodecs_ShowNoLossByDefault(string name, int? crf, double tolerance)
    {
        using var folder = new TempFolder();
        Clips.Write(folder[name], 128, 96, 8, new EncodeOptions { Codec = name.EndsWith("mp4", StringComparison.Ordinal) ? "mpeg4" : null, Crf = crf });
        var pool = new FramePool();
        using var source = FFmpegSource.Open(folder[name], new VideoOptions());

        foreach (var frame in Clips.Read(source))
        {
            using var expected = Clips.Picture(pool, 128, 96, (int)frame.Index);
            FFmpegSinkTests.MeanDifference(frame, expected).ShouldBeLessThanOrEqualTo(tolerance);
        }
    }

    [MediaTheory]
    [InlineData("media/bt709.mp4", "mpg")]
    [InlineData("media/bt709.mp4", "wmv")]
    [InlineData("media/bt709.mp4", "ogv")]
    [InlineData("media/full_range.mp4", "mpg")]
    [InlineData("media/full_range.mp4", "vob")]
    public void Rewrite_IntoACodecThatStatesNoMatrixOrRange_KeepsTheColors(string clip, string to)
    {
        using var folder = new TempFolder();

        Rewrite(Fixtures.Path(clip), folder["out." + to]);

        FirstFramesDiffer(Fixtures.Path(clip), folder["out." + to]).ShouldBeLessThan(4);
    }

    [MediaTheory(NeedsTools = true)]
    [InlineData("ogv", null)]
    [InlineData("webm", "vp8")]
    public void Rewrite_IntoACodecWithABitRateOfItsOwn_KeepsTheQualityAtAnySize(string to, string? codec)
    {
        using var folder = new TempFolder();
        FFmpegTool.Make("-f", "lavfi", "-i", "testsrc2=s=640x480:r=25:d=0.4", "-c:v", "ffv1", folder["in.mkv"]);

        Clips.Rewrite(folder["in.mkv"], folder["out." + to], new EncodeOptions { Codec = codec });

        FirstFramesDiffer(folder["in.mkv"], folder["out." + to], skipped: 9).ShouldBeLessThan(4);
    }

    [MediaFact]
    public void Write_M2ts_HasTheTimesOfBluRayBeforeItsPackets()
    {
        using var folder = new TempFolder();

        Clips.Write(folder["a.m2ts.part"], 64, 48, 3, new EncodeOptions { FileName = "a.m2ts" });
        Clips.Write(folder["a.ts"], 64, 48, 3);

        (File.ReadAllBytes(folder["a.m2ts.part"])[4], File.ReadAllBytes(folder["a.ts"])[0]).ShouldBe(((byte)0x47, (byte)0x47));
    }

    [MediaFact(NeedsTools = true)]
    public void Rewrite_OddSizeIntoWmv_IsWrittenEvenWithALine()
    {
        using var folder = new TempFolder();

        Clips.Rewrite(Fixtures.Path("media/odd_161x121.webm"), folder["out.wmv"], new EncodeOptions()).ShouldContain(note => note.Contains("is written as 162x122", StringComparison.Ordinal));

        using var source = FFmpegSource.Open(folder["out.wmv"], new VideoOptions());
        (source.Info.Width, source.Info.Height).ShouldBe((162, 122));
    }

    [MediaFact(NeedsTools = true)]
    public void Rewrite_WhatNutCannotHold_IsConvertedOrLeftOutWithALine()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["cue.srt"], "1\n00:00:00,200 --> 00:00:00,500\nText\n\n");
        FFmpegTool.Make("-f", "lavfi", "-i", "testsrc2=s=64x48:r=25:d=1", "-f", "lavfi", "-i", SoundTrack.Source(48000, 1), "-i", folder["cue.srt"],
            "-map", "0", "-map", "1", "-map", "2", "-c:v", "mpeg4", "-c:a", "wmav2", "-c:s", "ass", folder["in.mkv"]);

        var notes = Clips.Rewrite(folder["in.mkv"], folder["out.nut"], new EncodeOptions());

        notes.ShouldContain(note => note.StartsWith("audio stream 1 (wmav2) is converted to ", StringComparison.Ordinal));
        notes.ShouldContain(note => note.StartsWith("subtitle stream 2 (ass) is left out: nut cannot hold it.", StringComparison.Ordinal));
        FFmpegTool.Make("-i", folder["out.nut"], "-map", "0:a", folder["out.wav"]);
    }

    private static double FirstFramesDiffer(string before, string after, int skipped = 0)
    {
        using var source = FFmpegSource.Open(before, new VideoOptions());
        using var result = FFmpegSource.Open(after, new VideoOptions());
        foreach (var (a, b) in Clips.Read(source).Zip(Clips.Read(result)).Skip(skipped))
            return FFmpegSinkTests.MeanDifference(a, b);
        return double.NaN;
    }

    private static (IReadOnlyList<string> Notes, OutputCheck Check) Rewrite(string from, string to)
    {
        using var source = FFmpegSource.Open(from, new VideoOptions { KeepStreams = true });
        using var sink = FFmpegSink.Create(to, new EncodeOptions { Preset = to.EndsWith("webm", StringComparison.Ordinal) ? "8" : null }, source);
        foreach (var frame in Clips.Read(source))
            sink.Write(frame);
        sink.Finish();
        sink.Check.Verify(to, to);
        return (sink.Notes, sink.Check);
    }

    private static void Make(string path, string rate, string filter, int seconds = 2) =>
        FFmpegTool.Make("-f", "lavfi", "-i", $"testsrc2=s=96x64:r={rate}:d={seconds}", "-f", "lavfi", "-i", SoundTrack.Source(48000, seconds),
            "-vf", filter, FFmpegTool.FrameRateMode, "vfr", "-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-c:a", "aac", path);
}
