using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Native.Media;
using Xunit;

namespace VideoStyle.Native.Tests.Media;

public sealed class ImageFileTests
{
    [MediaTheory]
    [InlineData(".png", 0)]
    [InlineData(".bmp", 0)]
    [InlineData(".tif", 0)]
    [InlineData(".jpg", 3)]
    [InlineData(".webp", 5)]
    public void Write_ThenRead_GivesThePictureBack(string extension, double tolerance)
    {
        using var folder = new TempFolder();
        using var picture = Clips.Picture(new FramePool(), 61, 47, 2);

        ImageFile.Write(folder["ä %d" + extension], picture);
        using var read = ImageFile.Read(folder["ä %d" + extension]);

        FFmpegSinkTests.MeanDifference(read, picture).ShouldBeLessThanOrEqualTo(tolerance);
    }

    [MediaTheory]
    [InlineData(1, 1)]
    [InlineData(3, 500)]
    [InlineData(1025, 2)]
    public void Write_AnySize_IsKept(int width, int height)
    {
        using var picture = Clips.Picture(new FramePool(), width, height, 1);
        using var png = ImageFile.Decode("a.png", ImageFile.Encode(picture.Pixels, width, height, ".png"));
        using var jpeg = ImageFile.Decode("a.jpg", ImageFile.Encode(picture.Pixels, width, height, ".jpg"));

        png.Pixels.SequenceEqual(picture.Pixels).ShouldBeTrue();
        (jpeg.Width, jpeg.Height).ShouldBe((width, height));
    }

    [MediaFact]
    public void Decode_KeepAlpha_GivesColourAndOpacityAsWritten()
    {
        using var picture = Clips.Picture(new FramePool(), 61, 47, 2, alpha: true);
        var bytes = ImageFile.Encode(picture.Pixels, 61, 47, ".png", picture.Alpha);

        using var read = ImageFile.Decode("a.png", bytes, keepAlpha: true);
        using var opaque = ImageFile.Decode("a.png", bytes);

        read.HasAlpha.ShouldBeTrue();
        read.Pixels.SequenceEqual(picture.Pixels).ShouldBeTrue();
        read.Alpha.SequenceEqual(picture.Alpha).ShouldBeTrue();
        opaque.HasAlpha.ShouldBeFalse();
        opaque.Pixels.SequenceEqual(picture.Pixels).ShouldBeTrue();
    }

    [MediaTheory(NeedsTools = true)]
    [InlineData("gray")]
    [InlineData("gray16be")]
    [InlineData("ya8")]
    [InlineData("pal8")]
    [InlineData("rgb48be")]
    [InlineData("rgba64be")]
    [InlineData("monob")]
    public void Read_AnyKindOfPng_EqualsFFmpegsRgb24(string format)
    {
        using var folder = new TempFolder();
        FFmpegTool.Make("-f", "lavfi", "-i", "testsrc=s=53x37", "-frames:v", "1", "-pix_fmt", format, folder["a.png"]);
        FFmpegTool.Make("-i", folder["a.png"], "-pix_fmt", "rgb24", "-f", "rawvideo", folder["a.raw"]);
        var expected = File.ReadAllBytes(folder["a.raw"]);

        using var read = ImageFile.Read(folder["a.png"]);

        (read.Width, read.Height).ShouldBe((53, 37));
        for (var i = 0; i < expected.Length; i++)
            Math.Abs(read.Pixels[i] - expected[i]).ShouldBeLessThanOrEqualTo(1);
    }

    [MediaTheory]
    [InlineData("broken/png/color_type_1.png")]
    [InlineData("broken/png/color_type_9.png")]
    [InlineData("broken/png/depth_0.png")]
    [InlineData("broken/png/depth_99.png")]
    [InlineData("broken/png/no_idat.png")]
    [SharedInlineData("broken-media/png/xc1n0g08.png")]
    [SharedInlineData("broken-media/png/xc9n2c08.png")]
    [SharedInlineData("broken-media/png/xd0n2c08.png")]
    [SharedInlineData("broken-media/png/xd9n2c08.png")]
    [SharedInlineData("broken-media/png/xdtn0g01.png")]
    public void Read_CorruptPng_ThrowsInputErrorThatNamesIt(string file)
    {
        var path = Fixtures.Path(file);

        var error = Should.Throw<VideoStyleException>(() => ImageFile.Read(path).Dispose());

        error.Kind.ShouldBe(ErrorKind.Input);
        error.Message.ShouldStartWith(path + ": ");
    }

    [MediaTheory]
    [InlineData("missing.png", "there is no such file")]
    [InlineData("empty.png", "is empty")]
    [InlineData("text.png", "cannot be read")]
    [InlineData("folder.png", "is a folder")]
    public void Read_NoPicture_ThrowsInputErrorThatNamesIt(string name, string cause)
    {
        using var folder = new TempFolder();
        File.WriteAllBytes(folder["empty.png"], []);
        File.WriteAllText(folder["text.png"], "no picture");
        Directory.CreateDirectory(folder["folder.png"]);

        var error = Should.Throw<VideoStyleException>(() => ImageFile.Read(folder[name]).Dispose());

        error.Kind.ShouldBe(ErrorKind.Input);
        error.Message.ShouldContain(cause);
    }

    [MediaFact]
    public void Write_UnknownExtension_ThrowsUsageError()
    {
        using var picture = Clips.Picture(new FramePool(), 4, 4, 0);

        Should.Throw<VideoStyleException>(() => ImageFile.Write("a.doc", picture)).Kind.ShouldBe(ErrorKind.Usage);
    }

    [MediaFact]
    public void Write_WhereNothingCanBeWritten_ThrowsOutputErrorThatNamesIt()
    {
        using var picture = Clips.Picture(new FramePool(), 4, 4, 0);

        var error = Should.Throw<VideoStyleException>(() => ImageFile.Write("/proc/nowhere/a.png", picture));

        error.Kind.ShouldBe(ErrorKind.Output);
        error.Message.ShouldContain("/proc/nowhere/a.png");
    }
}
