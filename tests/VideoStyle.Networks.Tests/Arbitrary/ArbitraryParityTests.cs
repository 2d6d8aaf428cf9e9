using System.Globalization;
using Shouldly;
using VideoStyle.Core.Stylizers;
using VideoStyle.Native.Media;
using VideoStyle.Networks.Arbitrary;
using VideoStyle.Networks.Inference;
using VideoStyle.Networks.Weights;
using Xunit;

namespace VideoStyle.Networks.Tests.Arbitrary;

/// <summary>Arbitrary style transfer against PyTorch on the same weights, content and style image.</summary>
public sealed class AnyStyleParityTests
{
    // Random weights have no structure that averages rounding out, so that bfloat16 comes less near than with published ones.
    [NativeTheory]
    [InlineData("adain", "random", 0.6, 30)]
    [InlineData("microast", "random", 1.0, 28)]
    [InlineData("sanet", "random", 0.8, 30)]
    [InlineData("swap", "random", 0.7, 25)]
    [InlineData("wct-vgg", "random", 1.0, 30)]
    [InlineData("wct", "random", 0.8, 25)]
    [SharedInlineData("adain", "published", 0.6, 38)]
    [SharedInlineData("microast", "published", 1.0, 28)]
    [SharedInlineData("swap", "published", 0.7, 25)]
    [SharedInlineData("wct-vgg", "published", 1.0, 38)]
    [SharedInlineData("wct", "published", 0.8, 32)]
    public void Paint_AnyMethod_EqualsPyTorch(string method, string weights, double strength, double minimumPsnrDbInBf16)
    {
        using TempFolder folder = new();
        var data = weights is "random" ? RandomWeights.Write(folder.Path, Files(method)) : SharedData.Root!;
        var (content, style) = (Fixtures.Path("images/content.png"), Fixtures.Path("images/style.png"));
        var expected = Recorded.Halves($"{method}.{weights}.f16", "any_style.py", method, data, content, style, strength.ToString(CultureInfo.InvariantCulture));
        using var frame = ImageFile.Read(content);
        foreach (var (precision, minimumPsnrDb) in new[] { (Precision.F32, 50), (Precision.BF16, minimumPsnrDbInBf16) })
        {
            using var stylizer = ArbitraryStylizer.Create(
                (device, type) => ArbitraryStyleMethod.Open(method, new WeightsStore(data, folder.Path), device, type),
                [style],
                new StyleSchedule([(TimeSpan.Zero, [1])]),
                strength,
                new StylizerOptions { Device = "cpu", Precision = precision }
            );

            using var stylized = stylizer.Stylize(frame);

            PsnrDb(stylized.ToRgb(), expected).ShouldBeGreaterThan(minimumPsnrDb, precision.ToString());
        }
    }

    private static string[] Files(string method) =>
        method switch
        {
            "adain" or "swap" => ["weights/vgg19/", "models/adain/"],
            "wct-vgg" => ["weights/vgg19/", "models/wct/"],
            "wct" => ["weights/vgg19_pruned16x/"],
            "microast" => ["models/microast/"],
            _ => ["sanet/"],
        };

    private static double PsnrDb(float[] actual, float[] expected)
    {
        actual.Length.ShouldBe(expected.Length);
        return -10 * Math.Log10(actual.Zip(expected, (a, b) => (double)(a - b) * (a - b)).Average());
    }
}
