using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Native.Media;
using Xunit;

namespace VideoStyle.Native.Tests.Media;

/// <summary>Pixel formats, ranges, matrices, aspects, alpha, fields and HDR, against fixtures that FFmpeg's zscale makes.</summary>
public sealed class PictureFormatTests
{
    private static readonly byte[][] Patches =
    [
        [0, 0, 0], [255, 255, 255], [128, 128, 128], [255, 0, 0], [0, 255, 0], [0, 0, 255],
        [0, 255, 255], [255, 0, 255], [255, 255, 0], [200, 60, 30], [30, 90, 210], [240, 200, 180],
    ];

    [MediaTheory(NeedsZscale = true)]
    [InlineData("yuv444p10le", "709", "limited", 1)]
    [InlineData("yuv444p10le", "709", "full", 1)]
    [InlineData("yuv444p12le", "170m", "limited", 1)]
    [InlineData("yuv444p12le", "2020_ncl", "full", 1)]
    [InlineData("yuv422p10le", "709", "limited", 1)]
    [InlineData("yuv420p10le", "2020_ncl", "limited", 1)]
    [InlineData("yuv444p", "709", "limited", 2)]
    [InlineData("yuv422p", "170m", "full", 2)]
    [InlineData("yuv420p", "470bg", "limited", 2)]
    [InlineData("gbrp10le", "", "full", 1)]
    [InlineData("bgr0", "", "full", 0)]
    public void Read_AnyFormatMatrixAndRange_GivesTheColours(string format, string matrix, string range, int tolerance)
    {
        using var folder = new TempFolder();
        WriteCard(folder["card.png"]);
        var filter = matrix.Length > 0 ? $"zscale=matrixin=gbr:matrix={matrix}:range={range},format={format}" : $"format={format}";
        FFmpegTool.Make("-i", folder["card.png"], "-vf", filter, "-c:v", "ffv1", folder["card.mkv"]);
        using var source = FFmpegSource.Open(folder["card.mkv"], new VideoOptions());
        using var frame = source.Read(new FramePool())!;

        source.Info.PixelFormat.ShouldBe(format);
        WorstPatch(frame).ShouldBeLessThanOrEqualTo(tolerance);
    }

    [MediaTheory(NeedsZscale = true)]
    [InlineData("bgr0", 1, false, 0)]
    [InlineData("yuv444p10le", 1, false, 1)]
    [InlineData("yuv444p10le", 9, true, 1)]
    [InlineData("yuv444p", 6, false, 2)]
    [InlineData("yuv420p", 1, true, 2)]
    public void Write_AnyFormatMatrixAndRange_ZscaleReadsTheColours(string format, int matrix, bool full, int tolerance)
    {
        using var folder = new TempFolder();
        var video = Clips.Video(192, 16) with { Color = new ColorInfo(matrix, FullRange: full) };
        using (var card = Card())
        using (var sink = FFmpegSink.Create(folder["card.mkv"], new EncodeOptions { Codec = "ffv1", PixelFormat = format }, video))
        {
            sink.Write(card);
            sink.Finish();
        }

        FFmpegTool.Make("-i", folder["card.mkv"], "-vf", format is "bgr0" ? "format=rgb24" : "zscale=matrix=gbr:range=full,format=gbrp,format=rgb24", "-f", "rawvideo", folder["card.raw"]);

        WorstPatch(File.ReadAllBytes(folder["card.raw"])).ShouldBeLessThanOrEqualTo(tolerance);
    }

    [MediaTheory(NeedsTools = true)]
    [InlineData("1/1", "mp4")]
    [InlineData("64/45", "mp4")]
    [InlineData("10/11", "mkv")]
    [InlineData("4/3", "mov")]
    [InlineData("3/4", "mkv")]
    public void Rewrite_SampleAspectRatio_IsCarried(string ratio, string extension)
    {
        using var folder = new TempFolder();
        FFmpegTool.Make("-f", "lavfi", "-i", "testsrc=s=64x48:r=25", "-frames:v", "3", "-vf", $"setsar={ratio}", "-c:v", "ffv1", folder["in.mkv"]);

        Clips.Rewrite(folder["in.mkv"], folder["out." + extension]);

        FFmpegTool.Stream(folder["out." + extension], 0, "stream=sample_aspect_ratio").ShouldBe(ratio.Replace('/', ':'));
    }

    [MediaTheory]
    [InlineData("vp9", "webm", null, 3)]
    [InlineData("prores", "mov", null, 2)]
    [InlineData("ffv1", "mkv", null, 0)]
    [InlineData("png", "mov", null, 0)]
    [InlineData("qtrle", "mov", null, 0)]
    public void Write_Alpha_IsKeptWhereTheCodecHoldsIt(string codec, string extension, string? format, int tolerance)
    {
        using var folder = new TempFolder();
        var path = folder["out." + extension];
        Clips.Write(path, 64, 48, 3, new EncodeOptions { Codec = codec, PixelFormat = format }, alpha: true);
        using var source = FFmpegSource.Open(path, new VideoOptions { KeepAlpha = true });
        source.Info.HasAlpha.ShouldBeTrue();
        using var frame = source.Read(new FramePool())!;
        using var expected = Clips.Picture(new FramePool(), 64, 48, 0, alpha: true);

        var sum = 0;
        for (var i = 0; i < expected.Alpha.Length; i++)
            sum += Math.Abs(expected.Alpha[i] - frame.Alpha[i]);
        ((double)sum / expected.Alpha.Length).ShouldBeLessThanOrEqualTo(tolerance);
    }

    [MediaTheory(NeedsTools = true)]
    [InlineData("gif")]
    [InlineData("webp")]
    [InlineData("apng")]
    public void Write_Animation_KeepsFramesAndLoops(string extension)
    {
        using var folder = new TempFolder();
        var path = folder["out." + extension];
        Clips.Write(path, 64, 48, 7, new EncodeOptions());
        var check = new OutputCheck(7, 0, 0.24);

        check.Verify(path, "out");
        if (extension is "webp")
            return;
        using var source = FFmpegSource.Open(path, new VideoOptions());
        foreach (var frame in Clips.Read(source))
        {
            using var expected = Clips.Picture(new FramePool(), 64, 48, (int)frame.Index);
            FFmpegSinkTests.MeanDifference(frame, expected).ShouldBeLessThan(6);
        }
    }

    [MediaFact]
    public void Read_InterlacedClip_IsRecognisedAndDeinterlaced()
    {
        var path = Fixtures.Path("media/interlaced.mpg");
        using var source = FFmpegSource.Open(path, new VideoOptions());
        var woven = Combing(path, deinterlace: false);

        source.Info.IsInterlaced.ShouldBeTrue();
        Combing(path, deinterlace: true).ShouldBeLessThan(0.75 * woven, "only what moves is combed");
        var pts = Clips.ReadPts(path);
        pts.ShouldBe(Clips.ReadPts(path, new VideoOptions { Deinterlace = false }));
        Clips.Read(source).Count().ShouldBe(25);
        source.Notes.ShouldContain(note => note.Contains("deinterlaced", StringComparison.Ordinal));
    }

    [MediaTheory(NeedsZscale = true)]
    [InlineData("hdr_pq")]
    [InlineData("hdr_hlg")]
    public void Read_Hdr_IsToneMappedToBt709(string clip)
    {
        using var source = FFmpegSource.Open(Fixtures.Path($"media/{clip}.mkv"), new VideoOptions());
        using var frame = source.Read(new FramePool())!;

        source.Info.Color.ShouldBe(new ColorInfo(1, 1, 1, FullRange: false));
        source.Notes.ShouldContain(note => note.Contains("HDR", StringComparison.Ordinal));
        var expected = File.ReadAllBytes(Fixtures.Path($"media/{clip}.sdr.rgb"));
        for (var i = 0; i < expected.Length; i++)
            Math.Abs(expected[i] - frame.Pixels[i]).ShouldBeLessThanOrEqualTo(2);
        // Gray stays gray, and black stays black.
        var gray = frame.Pixels.Slice(3 * (8 * 192 + 2 * 16 + 8), 3);
        Math.Abs(gray[0] - gray[1]).ShouldBeLessThanOrEqualTo(2);
        Math.Abs(gray[1] - gray[2]).ShouldBeLessThanOrEqualTo(2);
        frame.Pixels[3 * (8 * 192 + 8)].ShouldBeLessThan((byte)4);
    }

    [MediaFact]
    public void Read_Hdr_WhereItCannotBeToneMapped_IsRefusedWithTheReason()
    {
        if (FFmpegTool.HasZscale)
        {
            Read();
            return;
        }

        var error = Should.Throw<VideoStyleException>(Read);
        error.Kind.ShouldBe(ErrorKind.Runtime);
        error.Message.ShouldContain("hdr_pq.mkv: is HDR, and this FFmpeg lacks the filters zscale and tonemap");

        static void Read()
        {
            using var source = FFmpegSource.Open(Fixtures.Path("media/hdr_pq.mkv"), new VideoOptions());
            Clips.Read(source).Count().ShouldBe(1);
            source.Notes.ShouldContain(note => note.Contains("HDR", StringComparison.Ordinal));
        }
    }

    [MediaTheory(NeedsTools = true)]
    [InlineData("media/vfr.mp4", 10, 1)]
    [InlineData("media/rotated_vfr.mp4", 30000, 1001)]
    [SharedInlineData("videos/traffic_720p_VFR_35s.mp4", 10, 1)]
    [SharedInlineData("videos/fire_720p_VFR_rot180_2s_aac.mp4", 30000, 1001)]
    public void Read_FrameRate_ResamplesToAConstantOne(string clip, int numerator, int denominator)
    {
        var path = Fixtures.Path(clip);
        var rate = new Rational(numerator, denominator);
        using var folder = new TempFolder();
        FFmpegTool.Make("-t", "3", "-i", path, "-vf", $"fps={rate}:round=near,scale=16:16", "-f", "rawvideo", "-pix_fmt", "gray", folder["f.raw"]);
        using var source = FFmpegSource.Open(path, new VideoOptions { FrameRate = rate, MaxSize = 16, To = TimeSpan.FromSeconds(3) });

        var pts = Clips.Read(source).Select(frame => frame.Pts).ToList();

        source.Info.TimeBase.ShouldBe(new Rational(denominator, numerator));
        Math.Abs(pts.Count - new FileInfo(folder["f.raw"]).Length / 256).ShouldBeLessThanOrEqualTo(1);
        pts.ShouldBe(Enumerable.Range((int)pts[0], pts.Count).Select(i => (long)i));
    }

    private static double Combing(string path, bool deinterlace)
    {
        using var source = FFmpegSource.Open(path, new VideoOptions { Deinterlace = deinterlace });
        double sum = 0;
        foreach (var frame in Clips.Read(source))
        {
            var stride = 3 * frame.Width;
            var pixels = frame.Pixels;
            for (var i = stride; i < pixels.Length - stride; i++)
                sum += Math.Abs(2 * pixels[i] - pixels[i - stride] - pixels[i + stride]);
        }

        return sum;
    }

    private static Frame Card()
    {
        var frame = new FramePool().Rent(16 * Patches.Length, 16);
        for (var i = 0; i < frame.Pixels.Length; i++)
            frame.Pixels[i] = Patches[i / 3 % frame.Width / 16][i % 3];
        return frame;
    }

    private static void WriteCard(string path)
    {
        using var card = Card();
        ImageFile.Write(path, card);
    }

    private static int WorstPatch(Frame frame) => WorstPatch(frame.Pixels.ToArray());

    private static int WorstPatch(byte[] pixels)
    {
        var worst = 0;
        for (var patch = 0; patch < Patches.Length; patch++)
            for (var channel = 0; channel < 3; channel++)
                worst = Math.Max(worst, Math.Abs(Patches[patch][channel] - pixels[3 * (8 * 16 * Patches.Length + 16 * patch + 8) + channel]));
        return worst;
    }
}
