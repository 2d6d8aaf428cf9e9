using Shouldly;
using VideoStyle.Core.Media;
using VideoStyle.Native.Media;
using Xunit;

namespace VideoStyle.Cli.Tests;

/// <summary>Painting after pictures, by masks, in shares and with time, as a user types it.</summary>
public sealed class AnyStyleTests : IDisposable
{
    private const int Width = 96;
    private const int Height = 64;
    private readonly string _folder = Directory.CreateTempSubdirectory("videostyle-any-").FullName;

    [NativeFact]
    public async Task Convert_PictureAsStyleWithoutItsNetwork_ExitsWith5AndSaysWhatToDo()
    {
        WritePicture("in.png", Width, Height);
        WritePicture("style.png", 80, 80);

        var result = await RunAsync("convert", At("in.png"), At("out.png"), "--style", At("style.png"), "--any-style", "adain");

        result.ExitCode.ShouldBe(5);
        result.Error.ShouldContain("The files of 'adain' are not on this machine");
        result.LastErrorLine.ShouldContain("VIDEOSTYLE_WEIGHTS");
        File.Exists(At("out.png")).ShouldBeFalse();
    }

    [NativeTheory]
    [InlineData(2, "--style", "the_scream -> great_wave")]
    [InlineData(2, "--strength", "1.5")]
    [InlineData(2, "--scale", "100")]
    [InlineData(2, "--nearest", "0")]
    [InlineData(2, "--any-style", "adian", "--style", "STYLE")]
    [InlineData(2, "--style", "the_scream:1,great_wave:2", "--mask", "MASK")]
    [InlineData(2, "--style-collection", "EMPTY", "--mask", "MASK")]
    [InlineData(3, "--style", "absent.jpg")]
    [InlineData(3, "--mask", "absent.png")]
    [InlineData(3, "--mask", "WIDE")]
    [InlineData(3, "--style-collection", "EMPTY")]
    [InlineData(3, "--style-collection", "absent")]
    public async Task Convert_WhatCannotBeDone_ExitsWithItsCodeAndOneSentence(int code, params string[] options)
    {
        WritePicture("in.png", Width, Height);
        WritePicture("STYLE", 80, 80, ".png");
        WritePicture("MASK", Width, Height, ".png");
        WritePicture("WIDE", 200, 50, ".png");
        Directory.CreateDirectory(At("EMPTY"));
        string[] named = [.. options.Select(o => o is "EMPTY" ? At(o) : o.Length > 3 && o.All(char.IsAsciiLetterUpper) ? At(o + ".png") : o)];

        var result = await RunAsync(["convert", At("in.png"), At("out.png"), .. named]);

        result.ExitCode.ShouldBe(code, result.Error);
        result.Error.ShouldContain("videostyle: error: ");
        result.Output.ShouldBeEmpty();
        File.Exists(At("out.png")).ShouldBeFalse();
    }

    [NativeFact]
    public async Task Convert_OneStyleAndItsMask_LeavesBlackAsItWas()
    {
        WritePicture("in.png", Width, Height);
        WriteMask("mask.png");

        var result = await RunAsync("convert", At("in.png"), At("out.png"), "--style", "the_scream", "--mask", At("mask.png"), "--coherence", "off");

        result.ExitCode.ShouldBe(0, result.Error);
        var (source, painting) = (TestClip.Read(At("in.png"))[0], TestClip.Read(At("out.png"))[0]);
        Difference(source, painting, Width / 2 + 2, Width).ShouldBe(0);
        Difference(source, painting, 0, Width / 2 - 2).ShouldBeGreaterThan(5);
    }

    [NativeFact]
    public async Task Convert_MaskVideoThatEndsEarly_ExitsWith3AndLeavesNothing()
    {
        TestClip.Write(At("in.mkv"), Width, Height, 12, (x, y, t) => ((byte)(x + t), (byte)(3 * y), 90));
        TestClip.Write(At("mask.mkv"), Width, Height, 4, (_, _, _) => (255, 255, 255));

        var result = await RunAsync("convert", At("in.mkv"), At("out.mkv"), "--style", "the_scream", "--mask", At("mask.mkv"));

        result.ExitCode.ShouldBe(3);
        result.Error.ShouldContain("the mask ends at 0.16 s, before the clip does");
        Directory.GetFiles(_folder).Order(StringComparer.Ordinal).ShouldBe([At("in.mkv"), At("mask.mkv")]);
    }

    [NativeFact]
    public async Task Convert_StyleThatChangesWithTime_BeginsAsOneAndEndsAsTheOther()
    {
        TestClip.Write(At("in.mkv"), Width, Height, 11, (x, y, _) => ((byte)(2 * x), (byte)(3 * y), 90));
        string[] lossless = ["--codec", "ffv1", "--pixel-format", "bgr0", "--coherence", "off"];

        (await RunAsync(["convert", At("in.mkv"), At("both.mkv"), "--style", "the_scream:1 -> great_wave:1 @ 0.4s", .. lossless])).ExitCode.ShouldBe(0);
        (await RunAsync(["convert", At("in.mkv"), At("first.mkv"), "--style", "the_scream", .. lossless])).ExitCode.ShouldBe(0);
        (await RunAsync(["convert", At("in.mkv"), At("second.mkv"), "--style", "great_wave", .. lossless])).ExitCode.ShouldBe(0);

        var (both, first, second) = (TestClip.Read(At("both.mkv")), TestClip.Read(At("first.mkv")), TestClip.Read(At("second.mkv")));
        both[0].ShouldBe(first[0]);
        both[10].ShouldBe(second[10]);
        var half = both[5].Zip(first[5].Zip(second[5], (a, b) => (a + b) / 2.0), (value, mean) => Math.Abs(value - mean)).Max();
        half.ShouldBeLessThanOrEqualTo(1.5);
    }

    [NativeFact]
    public async Task Convert_Collection_NeedsNoWeights()
    {
        Directory.CreateDirectory(At("collection"));
        WritePicture("collection/a.png", 80, 80);
        WritePicture("collection/b.png", 96, 80);
        TestClip.Write(At("in.mkv"), Width, Height, 3, (x, y, t) => ((byte)(2 * x + t), (byte)(3 * y), 90));

        var result = await RunAsync("convert", At("in.mkv"), At("out.mkv"), "--style-collection", At("collection"));

        result.ExitCode.ShouldBe(0, result.Error);
        result.Error.ShouldContain("shot 1 at 0 s: style ");
        TestClip.Read(At("out.mkv")).Count.ShouldBe(3);
    }

    [NativeFact]
    public async Task Convert_ClipAfterAPicture_PaintsItThroughTheWholePipeline()
    {
        var weights = new Dictionary<string, string?>(StringComparer.Ordinal) { ["VIDEOSTYLE_WEIGHTS"] = RandomWeights.Write(At("weights"), "models/microast/") };
        TestClip.Write(At("in.mkv"), Width, Height, 3, (x, y, t) => ((byte)(2 * x + t), (byte)(3 * y), 90));

        var result = await ToolProcess.RunAsync(
            weights, "convert", At("in.mkv"), "--style", Fixtures.Path("images/style.png"), "--any-style", "microast", "--preserve-color", "luminance");

        result.ExitCode.ShouldBe(0, result.Error);
        result.Output.ShouldBe(At("in.style.mkv") + "\n");
        TestClip.Read(At("in.style.mkv")).Count.ShouldBe(3);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static double Difference(byte[] a, byte[] b, int from, int to) =>
        Enumerable.Range(0, a.Length).Where(i => i / 3 % Width >= from && i / 3 % Width < to).Average(i => Math.Abs(a[i] - b[i]));

    private Task<ToolResult> RunAsync(params string[] arguments) =>
        ToolProcess.RunAsync(new Dictionary<string, string?>(StringComparer.Ordinal) { ["VIDEOSTYLE_WEIGHTS"] = null, ["XDG_CACHE_HOME"] = At("cache") }, arguments);

    private string At(string name) => Path.Combine(_folder, name);

    private void WritePicture(string name, int width, int height, string extension = "") => Write(At(name + extension), width, height, (x, y) => ((byte)(x * 2), (byte)(y * 3), 120));

    private void WriteMask(string name) => Write(At(name), Width, Height, (x, _) => x < Width / 2 ? ((byte)255, (byte)255, (byte)255) : ((byte)0, (byte)0, (byte)0));

    private static void Write(string path, int width, int height, Func<int, int, (byte R, byte G, byte B)> color)
    {
        using var frame = new FramePool().Rent(width, height);
        for (var i = 0; i < width * height; i++)
            (frame.Pixels[3 * i], frame.Pixels[3 * i + 1], frame.Pixels[3 * i + 2]) = color(i % width, i / width);
        ImageFile.Write(path, frame);
    }
}
