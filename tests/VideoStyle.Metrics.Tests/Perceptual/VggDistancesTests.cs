using Shouldly;
using VideoStyle.Metrics.Perceptual;
using VideoStyle.Native;
using VideoStyle.Native.Media;
using VideoStyle.Torch.Runtime;

namespace VideoStyle.Metrics.Tests.Perceptual;

public sealed class VggDistancesTests
{
    private static readonly string StyleImage = Fixtures.Path("images/style.png");

    // Whoever opens a network of VideoStyle.Torch before has libtorch loaded; these tests open none.
    public VggDistancesTests() => TorchRuntime.Load();

    [NativeFact(NativeUnits.Kernels | NativeUnits.Media)]
    public void Measure_ThePaintingItself_IsNearerInStyleThanAnotherAndHasNoContentOfItsOwnLost()
    {
        using VggDistances network = new(RandomWeights.Vgg, StyleImage, hasPerFrame: true);
        var painting = View(StyleImage);
        var other = Turned(painting);

        var distances = network.ToMeter("test").Measure([painting, painting, other, other], null);

        distances[0].ShouldBeEmpty();
        distances[1]["content"].ShouldBe(0, 1e-9);
        distances[1]["style"].ShouldBe(0, 0.05); // bfloat16 on random weights
        distances[1]["features to per frame"].ShouldBeGreaterThan(0.1);
        distances[2]["features to per frame"].ShouldBe(0, 1e-9);
        distances[2]["style"].ShouldBeGreaterThan(3 * distances[1]["style"]);
        distances[3].ContainsKey("features to per frame").ShouldBeFalse();
        distances[2]["style"].ShouldBe(distances[2].Where(d => d.Key.StartsWith("style.", StringComparison.Ordinal)).Sum(d => d.Value), 1e-9);
    }

    [NativeFact(NativeUnits.Kernels | NativeUnits.Media)]
    public void ToMeter_WithoutPaintingAndPerFrame_SaysWhatIsLeftOut()
    {
        using VggDistances network = new(RandomWeights.Vgg, styleImage: null, hasPerFrame: false);
        var meter = network.ToMeter("test");

        meter.LeftOut.Select(item => item.Metric).ShouldBe(["style distance", "feature distance to per frame"]);
        var picture = View(StyleImage);
        meter.Measure([picture, picture], null)[1].Keys.ShouldBe(["content"]);
    }

    private static PictureView View(string path)
    {
        using var frame = ImageFile.Read(path);
        return new PictureView(frame.Width, frame.Height, frame.Pixels.ToArray());
    }

    /// <summary>The colours exchanged: another style on the same content.</summary>
    private static PictureView Turned(PictureView picture)
    {
        var rgb = picture.Rgb.ToArray();
        for (var i = 0; i < rgb.Length; i += 3)
            (rgb[i], rgb[i + 1], rgb[i + 2]) = (rgb[i + 2], (byte)(255 - rgb[i + 1]), rgb[i]);
        return picture with { Rgb = rgb };
    }
}
