using Shouldly;
using VideoStyle.Metrics.Frames;
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
    public void Measure_TheStyleImageItself_IsNearerInStyleThanAnotherAndHasNoContentOfItsOwnLost()
    {
        using VggDistances network = new(RandomWeights.Vgg, StyleImage, hasPerFrame: true);
        var style = View(StyleImage);
        var other = Turned(style);

        var distances = network.Measure([style, style, other, other]);

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
    public void Measure_WithoutStyleImageAndPerFrame_HasTheContentDistanceAlone()
    {
        using VggDistances network = new(RandomWeights.Vgg, styleImage: null, hasPerFrame: false);
        var picture = View(StyleImage);
        network.Measure([picture, picture])[1].Keys.ShouldBe(["content"]);
    }

    private static ImageView View(string path)
    {
        using var frame = ImageFile.Read(path);
        return new ImageView(frame.Width, frame.Height, frame.Pixels.ToArray());
    }

    /// <summary>The colors exchanged: another style on the same content.</summary>
    private static ImageView Turned(ImageView image)
    {
        var rgb = image.Rgb.ToArray();
        for (var i = 0; i < rgb.Length; i += 3)
            (rgb[i], rgb[i + 1], rgb[i + 2]) = (rgb[i + 2], (byte)(255 - rgb[i + 1]), rgb[i]);
        return image with { Rgb = rgb };
    }
}
