using System.Buffers.Binary;
using Shouldly;
using VideoStyle.Core.Media;
using VideoStyle.Native.Media;
using Xunit;

namespace VideoStyle.Native.Tests.Media;

/// <summary>What a picture carries is kept, or a note says that it is not.</summary>
public sealed class PictureKeptTests
{
    private const string Opaque = "transparency";

    [MediaTheory(NeedsTools = true)]
    [InlineData("mov", "prores")]
    [InlineData("webm", "vp9")]
    [InlineData("mkv", "vp9")]
    [InlineData("apng", "apng")]
    public void Rewrite_Alpha_IsKeptByTheCodecThatTheContainerGets(string extension, string codec)
    {
        using var folder = new TempFolder();
        var (source, target) = (Transparent(folder), folder["out." + extension]);

        var notes = Clips.Rewrite(source, target, new EncodeOptions());

        notes.ShouldNotContain(note => note.Contains(Opaque, StringComparison.Ordinal));
        FFmpegTool.Stream(target, 0, "stream=codec_name").ShouldBe(codec);
        using var written = FFmpegSource.Open(target, new VideoOptions { KeepAlpha = true });
        written.Info.HasAlpha.ShouldBeTrue();
        using var frame = written.Read(new FramePool())!;
        ((double)frame.Alpha[2]).ShouldBe(255 * 2 / 63, 6);
        ((double)frame.Alpha[61]).ShouldBe(255 * 61 / 63, 6);
    }

    [MediaTheory(NeedsTools = true)]
    [InlineData("mp4", null)]
    [InlineData("mov", "h264")]
    public void Rewrite_AlphaThatCannotBeHeld_IsBlendedWithBlackAndSaid(string extension, string? codec)
    {
        using var folder = new TempFolder();
        var target = folder["out." + extension];

        var notes = Clips.Rewrite(Transparent(folder), target, new EncodeOptions { Codec = codec, Crf = 1 });

        notes.ShouldContain(note => note.Contains(Opaque, StringComparison.Ordinal) && note.Contains("black", StringComparison.Ordinal));
        using var written = FFmpegSource.Open(target, new VideoOptions());
        using var frame = written.Read(new FramePool())!;
        // The source is white behind its alpha.
        for (var x = 1; x < 63; x += 6)
            ((double)frame.Pixels[3 * (64 * 24 + x)]).ShouldBe(255 * x / 63, 6);
    }

    [MediaTheory(NeedsTools = true)]
    [InlineData("mp4", null, "hevc,yuv420p10le")]
    [InlineData("mp4", "h264", "h264,yuv420p10le")]
    [InlineData("webm", null, "vp9,yuv420p10le")]
    [InlineData("mkv", "av1", "av1,yuv420p10le")]
    [InlineData("mkv", "ffv1", "ffv1,gbrp10le")]
    [InlineData("mov", "prores", "prores,yuv422p10le")]
    public void Rewrite_TenBits_AreKeptWithoutBanding(string extension, string? codec, string expected)
    {
        using var folder = new TempFolder();
        var (source, target) = (Ramp(folder, "yuv420p10le"), folder["out." + extension]);

        Clips.Rewrite(source, target, new EncodeOptions { Codec = codec, Crf = codec is "ffv1" or "prores" ? null : 4 }).ShouldBeEmpty();

        FFmpegTool.Stream(target, 0, "stream=codec_name,pix_fmt").ShouldBe(expected);
        Levels(target).ShouldBeGreaterThan(500, "8 bits have 220 levels");
    }

    [MediaTheory(NeedsTools = true)]
    [InlineData("yuv420p12le", "mp4", null, "10 bits a sample where the source has 12")]
    [InlineData("yuv420p10le", "mp4", "libxvid", "8 bits a sample where the source has 10")]
    [InlineData("yuv444p", "mp4", null, "chroma 4:2:0 where the source has 4:4:4")]
    [InlineData("yuv422p", "mp4", null, "chroma 4:2:0 where the source has 4:2:2")]
    public void Rewrite_PrecisionThatIsLost_IsSaid(string format, string extension, string? codec, string note)
    {
        using var folder = new TempFolder();

        Clips.Rewrite(Ramp(folder, format), folder["out." + extension], new EncodeOptions { Codec = codec })
            .ShouldHaveSingleItem().ShouldContain(note);
    }

    [MediaTheory(NeedsTools = true)]
    [InlineData("h264")]
    [InlineData("hevc")]
    public void Rewrite_OddSize_RepeatsTheLastColumnAndRowAndSaysSo(string codec)
    {
        using var folder = new TempFolder();
        var target = folder["out.mp4"];

        Clips.Rewrite(Fixtures.Path("media/odd_161x121.webm"), target, new EncodeOptions { Codec = codec, Crf = 4 })
            .ShouldHaveSingleItem().ShouldContain("162x122");

        FFmpegTool.Stream(target, 0, "stream=width,height,pix_fmt").ShouldBe("162,122,yuv420p");
        using var written = FFmpegSource.Open(target, new VideoOptions());
        using var frame = written.Read(new FramePool())!;
        for (var y = 0; y < 122; y += 11)
            ((double)frame.Pixels[3 * (162 * y + 161) + 1]).ShouldBe(frame.Pixels[3 * (162 * y + 160) + 1], 16);
    }

    [MediaTheory(NeedsTools = true)]
    [InlineData("gif", "0", "gif", 0)]
    [InlineData("gif", "2", "gif", 2)]
    [InlineData("gif", "-1", "gif", -1)]
    [InlineData("gif", "2", "apng", 3)]
    [InlineData("gif", "-1", "apng", 1)]
    [InlineData("gif", "2", "webp", 3)]
    [InlineData("apng", "4", "gif", 3)]
    [InlineData("apng", "0", "webp", 0)]
    public void Rewrite_Animation_KeepsLoopCountAndLastDelay(string from, string loops, string to, int expected)
    {
        using var folder = new TempFolder();
        var (source, target) = (folder["in." + from], folder["out." + to]);
        FFmpegTool.Make(
            "-f", "lavfi", "-i", "testsrc2=s=64x48:r=20:d=0.3", from is "gif" ? "-loop" : "-plays", loops,
            "-final_delay", from is "gif" ? "77" : "77/100", source);

        Clips.Rewrite(source, target, new EncodeOptions());

        var (plays, delays) = Animation(target);
        plays.ShouldBe(expected);
        // libwebp joins frames that look the same to it.
        (delays.Count, delays.Sum(), delays[^1]).ShouldBe((to is "webp" ? delays.Count : 6, 1020, 770));
    }

    [MediaTheory(NeedsTools = true)]
    [InlineData("mp4", "h264")]
    [InlineData("mkv", "h264")]
    public void Rewrite_ClosedCaptions_StayWithTheirFrames(string extension, string codec)
    {
        using var folder = new TempFolder();
        MadeClips.WithCaptions(folder["in.mp4"]);

        Clips.Rewrite(folder["in.mp4"], folder["out." + extension], new EncodeOptions { Codec = codec }).ShouldBeEmpty();

        Captions(folder["out." + extension]).ShouldBe(Captions(folder["in.mp4"]));
        Captions(folder["in.mp4"]).ShouldBe(25);
    }

    [MediaFact(NeedsTools = true)]
    public void Rewrite_ClosedCaptionsThatTheCodecCannotHold_AreSaidToBeLeftOut()
    {
        using var folder = new TempFolder();
        MadeClips.WithCaptions(folder["in.mp4"]);

        Clips.Rewrite(folder["in.mp4"], folder["out.webm"], new EncodeOptions { Preset = "8" })
            .ShouldHaveSingleItem().ShouldContain("closed captions, left out");
    }

    [MediaTheory(NeedsTools = true)]
    [InlineData("mp4", true)]
    [InlineData("mkv", true)]
    [InlineData("webm", true)]
    [InlineData("mov", false)]
    public void Rewrite_SphericalVideo_StaysSphericalOrSaysThatItDoesNot(string extension, bool kept)
    {
        using var folder = new TempFolder();
        var (source, target) = (folder["in.mp4"], folder["out." + extension]);
        MadeClips.Spherical(source);

        var notes = Clips.Rewrite(source, target, new EncodeOptions());

        notes.Any(note => note.Contains("360°", StringComparison.Ordinal)).ShouldBe(!kept);
        FFmpegTool.Probe("-show_streams", target).Contains("side_data_type=Spherical Mapping", StringComparison.Ordinal).ShouldBe(kept);
    }

    [MediaFact(NeedsTools = true)]
    public void Write_Avi_HasNoFramesThatAreShownLaterThanDecoded()
    {
        using var folder = new TempFolder();
        var video = Clips.Video(64, 48) with { TimeBase = new Rational(1, 25) };
        using (var sink = FFmpegSink.Create(folder["out.avi"], new EncodeOptions { Preset = "medium" }, video))
        {
            for (var i = 0; i < 12; i++)
            {
                using var frame = Clips.Picture(new FramePool(), 64, 48, i);
                (frame.Pts, frame.Duration) = (i, 1);
                sink.Write(frame);
            }

            sink.Finish();
        }

        FFmpegTool.Stream(folder["out.avi"], 0, "stream=has_b_frames,start_time").ShouldBe("0,0.000000");
    }

    [MediaTheory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Write_FewFramesAsHevc_AreShownWhenTheyShouldBe(int frames)
    {
        using var folder = new TempFolder();

        Clips.Write(folder["out.mp4"], 64, 48, frames, new EncodeOptions { Codec = "hevc" });

        Clips.ReadPts(folder["out.mp4"]).ShouldBe(Enumerable.Range(0, frames).Select(i => 40L * i));
    }

    [MediaFact(NeedsTools = true)]
    public void Write_StillOfSixteenBits_KeepsThem()
    {
        using var folder = new TempFolder();
        FFmpegTool.Make("-i", Ramp(folder, "yuv444p12le"), "-frames:v", "1", "-pix_fmt", "rgb48be", folder["in.png"]);
        using var source = FFmpegSource.Open(folder["in.png"], new VideoOptions { KeepDepth = true });
        using var frame = source.Read(new FramePool())!;

        ImageFile.Write(folder["out.png"], frame);

        FFmpegTool.Stream(folder["out.png"], 0, "stream=pix_fmt").ShouldBe("rgb48be");
        using var written = FFmpegSource.Open(folder["out.png"], new VideoOptions { KeepDepth = true });
        using var again = written.Read(new FramePool())!;
        again.Pixels16.SequenceEqual(frame.Pixels16).ShouldBeTrue();
    }

    [MediaTheory]
    [InlineData("a.jpg", true, 8, "transparency")]
    [InlineData("a_%03d.jpeg", false, 10, "8 bits a sample where the source has 10")]
    [InlineData("a.webp", false, 16, "8 bits a sample where the source has 16")]
    [InlineData("a.png", true, 16, null)]
    [InlineData("a.tif", true, 12, null)]
    public void Write_StillThatCannotHoldTheSource_SaysSo(string name, bool alpha, int bits, string? note)
    {
        using var sink = ImageSequenceSink.Create(name, Clips.Video(4, 4, alpha) with { BitDepth = bits });

        if (note is null)
            sink.Notes.ShouldBeEmpty();
        else
            sink.Notes.ShouldHaveSingleItem().ShouldContain(note);
    }

    [MediaFact(NeedsTools = true)]
    public void Create_FramesReadWithoutTheirAlpha_SaysThatItIsLeftOut()
    {
        using var folder = new TempFolder();
        using var source = FFmpegSource.Open(Transparent(folder), new VideoOptions());

        using var sink = FFmpegSink.Create(folder["out.mov"], new EncodeOptions(), source.Info, source);

        sink.Notes.ShouldHaveSingleItem().ShouldContain("transparency of the source is left out");
    }

    // White whose alpha grows from left to right.
    private static string Transparent(TempFolder folder)
    {
        var path = folder["in.mov"];
        FFmpegTool.Make(
            "-f", "lavfi", "-i", "color=white:s=64x48:r=25:d=0.2,format=rgba,geq=r=255:g=255:b=255:a='255*X/63'", "-c:v", "png", path);
        return path;
    }

    // Gray from black to white, all the levels that the depth has, without loss.
    private static string Ramp(TempFolder folder, string format)
    {
        var path = folder["ramp.mkv"];
        var bits = format.Contains("12", StringComparison.Ordinal) ? 12 : format.Contains("10", StringComparison.Ordinal) ? 10 : 8;
        var (black, range) = (16 << (bits - 8), 219 << (bits - 8));
        FFmpegTool.Make(
            "-f", "lavfi", "-i", $"color=gray:s=1024x64:r=25:d=0.08,format={format},geq=lum='{black}+{range}*X/1023':cb={128 << (bits - 8)}:cr={128 << (bits - 8)}",
            "-c:v", "ffv1", path);
        return path;
    }

    private static int Levels(string path)
    {
        var raw = path + ".raw";
        FFmpegTool.Make("-i", path, "-frames:v", "1", "-vf", "scale=out_range=tv,format=gray10le", "-f", "rawvideo", raw);
        var bytes = File.ReadAllBytes(raw);
        return Enumerable.Range(0, 1024).Select(x => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(2 * (32 * 1024 + x)))).Distinct().Count();
    }

    private static int Captions(string path) =>
        FFmpegTool.Probe("-select_streams", "v", "-show_frames", path).Split("side_data_type=ATSC A53").Length - 1;

    // The loop count as the format counts it, -1 where a GIF states none, and how long each frame is shown, in milliseconds.
    private static (int Plays, List<int> Delays) Animation(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var (plays, delays) = (-1, new List<int>());
        if (path.EndsWith(".gif", StringComparison.Ordinal))
        {
            var loop = bytes.AsSpan().IndexOf("NETSCAPE2.0"u8);
            plays = loop < 0 ? -1 : bytes[loop + 13] | bytes[loop + 14] << 8;
            for (var i = 0; i + 6 < bytes.Length; i++)
                if (bytes.AsSpan(i, 3).SequenceEqual<byte>([0x21, 0xF9, 4]))
                    delays.Add(10 * (bytes[i + 4] | bytes[i + 5] << 8));
            return (plays, delays);
        }

        var png = path.EndsWith(".apng", StringComparison.Ordinal);
        for (var at = png ? 8 : 12; at + 8 <= bytes.Length;)
        {
            var size = png ? BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at)) : BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at + 4));
            var name = System.Text.Encoding.ASCII.GetString(bytes, png ? at + 4 : at, 4);
            var data = bytes.AsSpan(at + 8);
            if (name is "acTL")
                plays = BinaryPrimitives.ReadInt32BigEndian(data[4..]);
            if (name is "fcTL")
                delays.Add(1000 * BinaryPrimitives.ReadInt16BigEndian(data[20..]) / BinaryPrimitives.ReadInt16BigEndian(data[22..]));
            if (name is "ANIM")
                plays = BinaryPrimitives.ReadInt16LittleEndian(data[4..]);
            if (name is "ANMF")
                delays.Add(data[12] | data[13] << 8 | data[14] << 16);
            at += png ? 12 + size : 8 + size + (size & 1);
        }

        return (plays, delays);
    }
}
