using Shouldly;
using VideoStyle.Native;
using VideoStyle.Native.Media;
using VideoStyle.Networks.Inference;
using VideoStyle.Networks.Models;
using Xunit;

namespace VideoStyle.Networks.Tests;

/// <summary>The networks against outputs that PyTorch computed from the same weights in its plain way.</summary>
public sealed class ParityTests
{
    [NativeTheory(NativeUnits.Kernels)]
    [InlineData("starry_night", Precision.F32, 60)]
    [InlineData("great_wave", Precision.F32, 60)]
    [InlineData("starry_night", Precision.BF16, 36)]
    public void Paint_LiteNetwork_EqualsPyTorch(string style, Precision precision, double minimumPsnrDb)
    {
        var content = Fixtures.Path("images/content_96x64.png");
        var expected = Recorded.Halves($"{style}.f16", "lite.py", Fixtures.Style(style), content);

        PsnrDb(Paint(Fixtures.Style(style), content, precision), expected).ShouldBeGreaterThan(minimumPsnrDb);
    }

    [NativeTheory(NativeUnits.Kernels)]
    [InlineData("starry_night_johnson", Precision.F32, 50)]
    [InlineData("starry_night_johnson", Precision.BF16, 36)]
    [SharedInlineData("models/johnson/mosaic_fp16.pth", Precision.F32, 50)]
    [SharedInlineData("models/johnson/mosaic_fp16.pth", Precision.BF16, 36)]
    public void Paint_JohnsonNetwork_EqualsPyTorch(string checkpoint, Precision precision, double minimumPsnrDb)
    {
        // 91×70: no multiple of 4, so that mirroring and cropping take part.
        var content = Fixtures.Path("images/content.png");
        var file = checkpoint.Contains('/', StringComparison.Ordinal) ? Fixtures.Path(checkpoint) : Fixtures.Style(checkpoint);
        var expected = Recorded.Halves($"{System.IO.Path.GetFileNameWithoutExtension(checkpoint)}.f16", "johnson.py", file, content);

        PsnrDb(Paint(file, content, precision), expected).ShouldBeGreaterThan(minimumPsnrDb);
    }

    private static float[] Paint(string checkpoint, string content, Precision precision)
    {
        using var frame = ImageFile.Read(content);
        using var stylizer = TorchStylizer.Create(StyleModel.Load(checkpoint), new StylizerOptions { Device = "cpu", Precision = precision });
        using var stylized = stylizer.Stylize(frame);
        return stylized.ToRgb();
    }

    private static double PsnrDb(float[] actual, float[] expected)
    {
        actual.Length.ShouldBe(expected.Length);
        return -10 * Math.Log10(actual.Zip(expected, (a, b) => (double)(a - b) * (a - b)).Average());
    }
}
