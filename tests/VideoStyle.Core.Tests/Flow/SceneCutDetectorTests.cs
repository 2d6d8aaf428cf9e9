using Shouldly;
using VideoStyle.Core.Flow;
using VideoStyle.Core.Media;
using Xunit;

namespace VideoStyle.Core.Tests.Flow;

public sealed class SceneCutDetectorTests
{
    private readonly SceneCutDetector _detector = new();

    [Fact]
    public void IsCut_AnotherScene_IsTrue() => _detector.IsCut(Scene(1), Scene(2)).ShouldBeTrue();

    [Fact]
    public void IsCut_PanOfATwelfthOfThePicture_IsFalse() => _detector.IsCut(Scene(1), Scene(1, dx: 25, dy: -8)).ShouldBeFalse();

    [Fact]
    public void IsCut_FlashThatDoublesAndClips_IsFalseOnBothSides()
    {
        var flash = Scene(1, gain: 2.2, offset: 20);

        _detector.IsCut(Scene(1), flash).ShouldBeFalse();
        _detector.IsCut(flash, Scene(1)).ShouldBeFalse();
    }

    [Fact]
    public void IsCut_CutIntoADarkerScene_IsTrue() => _detector.IsCut(Scene(1), Scene(2, gain: 0.5)).ShouldBeTrue();

    [Fact]
    public void IsCut_FadeToBlackStepByStep_IsFalseThroughout()
    {
        for (var step = 0; step < 20; step++)
            _detector.IsCut(Scene(1, gain: 1 - step / 20.0), Scene(1, gain: 1 - (step + 1) / 20.0)).ShouldBeFalse($"step {step}");
    }

    [Fact]
    public void Measure_SamePicture_IsNearZero() => SceneCutDetector.Measure(Scene(3), Scene(3)).ShouldBe(0, 0.02);

    [Fact]
    public void Measure_NoiseOfADarkPicture_IsFarBelowTheThreshold() =>
        SceneCutDetector.Measure(Noise(1, amplitude: 3), Noise(2, amplitude: 3)).ShouldBeLessThan(0.2);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 2)]
    [InlineData(1, 200)]
    [InlineData(17, 9)]
    public void Measure_TinyPictures_StaysBetween0And1(int width, int height)
    {
        var black = new LumaImage(width, height, new byte[width * height]);
        var white = new LumaImage(width, height, Enumerable.Repeat((byte)255, width * height).ToArray());

        SceneCutDetector.Measure(black, white).ShouldBeInRange(0, 1);
    }

    [Fact]
    public void IsCut_AnotherSize_IsTrue() => _detector.IsCut(Noise(1, 3), new LumaImage(2, 2, new byte[4])).ShouldBeTrue();

    [Theory]
    [InlineData(0)]
    [InlineData(1.5)]
    [InlineData(double.NaN)]
    public void Constructor_ThresholdOutOfRange_Throws(double threshold) =>
        Should.Throw<ArgumentOutOfRangeException>(() => new SceneCutDetector(threshold));

    /// <summary>Random discs of random grey: structure at every scale, another arrangement for each seed.</summary>
    private static LumaImage Scene(int seed, int dx = 0, int dy = 0, double gain = 1, double offset = 0)
    {
        const int width = 320, height = 180, margin = 40;
        var random = new Random(seed);
        var canvas = new double[(width + 2 * margin) * (height + 2 * margin)];
        Array.Fill(canvas, 90);
        for (var disc = 0; disc < 120; disc++)
        {
            var (cx, cy) = (random.Next(width + 2 * margin), random.Next(height + 2 * margin));
            var (radius, grey) = (random.Next(4, 40), random.Next(10, 180));
            for (var y = Math.Max(0, cy - radius); y < Math.Min(height + 2 * margin, cy + radius); y++)
                for (var x = Math.Max(0, cx - radius); x < Math.Min(width + 2 * margin, cx + radius); x++)
                    if ((x - cx) * (x - cx) + (y - cy) * (y - cy) < radius * radius)
                        canvas[y * (width + 2 * margin) + x] = grey;
        }

        var pixels = new byte[width * height];
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                pixels[y * width + x] = (byte)Math.Clamp(
                    canvas[(y + margin - dy) * (width + 2 * margin) + x + margin - dx] * gain + offset, 0, 255);
        return new LumaImage(width, height, pixels);
    }

    private static LumaImage Noise(int seed, int amplitude)
    {
        var random = new Random(seed);
        return new LumaImage(160, 90, Enumerable.Range(0, 160 * 90).Select(_ => (byte)random.Next(amplitude + 1)).ToArray());
    }
}
