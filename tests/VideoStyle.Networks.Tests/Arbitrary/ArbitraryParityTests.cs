using System.Globalization;
using Shouldly;
using VideoStyle.Core.Media;
using VideoStyle.Core.Stylizers;
using VideoStyle.Networks.Arbitrary;
using VideoStyle.Networks.Inference;
using VideoStyle.Networks.Weights;
using VideoStyle.Torch.Tensors;
using Xunit;

namespace VideoStyle.Networks.Tests.Arbitrary;

/// <summary>The networks for any style against PyTorch on the same weights, photo and style picture.</summary>
public sealed class AnyStyleParityTests
{
    private const int Width = 203; // no multiple of any stride, so that mirroring and cropping take part
    private const int Height = 150;

    [PythonTorchTheory]
    [InlineData("adain", 0.6, 38)]
    [InlineData("microast", 1.0, 28)]
    [InlineData("sanet", 0.8, 30)]
    [InlineData("swap", 0.7, 25)]
    [InlineData("wct-vgg", 1.0, 38)]
    [InlineData("wct", 0.8, 32)]
    public void Paint_PublishedWeights_EqualsPyTorch(string method, double strength, double minimumPsnrDbInBf16)
    {
        var folder = Directory.CreateTempSubdirectory("videostyle-any-style");
        try
        {
            PythonTorchTheoryAttribute.Run(
                "any_style.py",
                method,
                SharedData.Root!,
                SharedData.Path("photos/kodak/23.jpg"),
                SharedData.Path("styles/starry_night_vangogh_1889.jpg"),
                $"{Width}",
                $"{Height}",
                strength.ToString(CultureInfo.InvariantCulture),
                folder.FullName
            );
            using var frame = new FramePool().Rent(Width, Height);
            File.ReadAllBytes(Path.Combine(folder.FullName, "in.rgb")).CopyTo(frame.Pixels);
            var expected = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Path.Combine(folder.FullName, "out.f32"))).ToArray();
            foreach (var (precision, minimumPsnrDb) in new[] { (Precision.F32, 50), (Precision.BF16, minimumPsnrDbInBf16) })
            {
                using var stylizer = ArbitraryStylizer.Create(
                    (device, type) => ArbitraryStyleMethod.Open(method, new WeightsStore(method is "sanet" ? folder.FullName : SharedData.Root, folder.FullName), device, type),
                    [Path.Combine(folder.FullName, "style.png")],
                    new StyleSchedule([(TimeSpan.Zero, [1])]),
                    strength,
                    new StylizerOptions { Device = "cpu", Precision = precision }
                );

                using var painting = stylizer.Stylize(frame);

                PsnrDb(painting.ToRgb(), expected).ShouldBeGreaterThan(minimumPsnrDb, precision.ToString());
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static double PsnrDb(float[] actual, float[] expected)
    {
        actual.Length.ShouldBe(expected.Length);
        return -10 * Math.Log10(actual.Zip(expected, (a, b) => (double)(a - b) * (a - b)).Average());
    }
}
