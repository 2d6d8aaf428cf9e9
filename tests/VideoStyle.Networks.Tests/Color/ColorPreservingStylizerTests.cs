using Shouldly;
using VideoStyle.Core.Compositing;
using VideoStyle.Core.Media;
using VideoStyle.Core.Stylizers;
using VideoStyle.Networks.Color;
using Xunit;

namespace VideoStyle.Networks.Tests.Color;

public sealed class ColorPreservingStylizerTests
{
    private const int Width = 61;
    private const int Height = 43;

    // Two steps of the fixed point.
    private const float Rounding = 2f / StylizedFrame.White;

    [Fact]
    public void Stylize_PreservingLuminance_HasTheFramesColorDifferencesAndTheStylizedLuma()
    {
        using var frame = RandomFrame();
        using ColorPreservingStylizer stylizer = new(RandomColors(), ColorPreservation.Luminance);
        using var plain = RandomColors().Stylize(frame);

        using var stylized = stylizer.Stylize(frame);

        var (kept, before) = (stylized.ToRgb(), plain.ToRgb());
        for (var i = 0; i < kept.Length; i += 3)
        {
            Luma(kept, i).ShouldBe(Luma(before, i), Rounding);
            (kept[i] - kept[i + 1]).ShouldBe((frame.Pixels[i] - frame.Pixels[i + 1]) / 255f, Rounding);
            (kept[i + 2] - kept[i + 1]).ShouldBe((frame.Pixels[i + 2] - frame.Pixels[i + 1]) / 255f, Rounding);
        }
    }

    [Fact]
    public void Stylize_PreservingHistogram_HasMeanAndCovarianceOfTheFrame()
    {
        using var frame = RandomFrame();
        using ColorPreservingStylizer stylizer = new(RandomColors(), ColorPreservation.Histogram);

        using var stylized = stylizer.Stylize(frame);

        var expected = Moments([.. frame.Pixels.ToArray().Select(p => p / 255.0)]);
        var actual = Moments([.. stylized.ToRgb().Select(v => (double)v)]);
        for (var i = 0; i < expected.Length; i++)
            actual[i].ShouldBe(expected[i], 2e-4);
    }

    [Fact]
    public void Stylize_PreservingHistogramOfOneColor_GivesFiniteValues()
    {
        using var frame = RandomFrame();
        using ColorPreservingStylizer stylizer = new(RandomColors(spread: 0), ColorPreservation.Histogram);

        using var stylized = stylizer.Stylize(frame);

        stylized.ToRgb().ShouldAllBe(v => v > -0.5f && v < 1.5f);
    }

    [Theory]
    [InlineData(ColorPreservation.None)]
    [InlineData(ColorPreservation.Luminance)]
    [InlineData(ColorPreservation.Histogram)]
    public void Stylize_Regions_EqualTheWholeFrame(ColorPreservation preservation)
    {
        using var frame = RandomFrame();
        using ColorPreservingStylizer stylizer = new(RandomColors(), preservation);
        using var whole = stylizer.Stylize(frame);
        Region region = new(7, 11, 30, 20);

        using var stylized = stylizer.Regions!.Stylize(frame, [region], whole.State)[0];
        using var withoutState = stylizer.Regions!.Stylize(frame, [region], reference: null)[0];

        using var expected = whole.Cut(region);
        stylized.Values.ToArray().ShouldBe(expected.Values.ToArray());
        withoutState.Values.ToArray().ShouldBe(expected.Values.ToArray());
    }

    private static float Luma(ReadOnlySpan<float> v, int i) => 0.299f * v[i] + 0.587f * v[i + 1] + 0.114f * v[i + 2];

    private static double[] Moments(double[] values)
    {
        var count = values.Length / 3;
        double[] mean = [.. Enumerable.Range(0, 3).Select(k => Enumerable.Range(0, count).Average(i => values[3 * i + k]))];
        return
        [
            .. mean,
            .. Enumerable.Range(0, 9).Select(j => Enumerable.Range(0, count).Average(i => (values[3 * i + j / 3] - mean[j / 3]) * (values[3 * i + j % 3] - mean[j % 3]))),
        ];
    }

    private static Frame RandomFrame()
    {
        Random random = new(3);
        var frame = new FramePool().Rent(Width, Height);
        for (var i = 0; i < frame.Pixels.Length; i += 3)
        {
            var r = random.Next(40, 200);
            (frame.Pixels[i], frame.Pixels[i + 1], frame.Pixels[i + 2]) = ((byte)r, (byte)(r / 2 + random.Next(60)), (byte)random.Next(90));
        }

        return frame;
    }

    // The color of each pixel depends on its place only.
    private static SyntheticStylizer RandomColors(float spread = 0.5f)
    {
        Random random = new(5);
        var rgb = new float[3 * Width * Height];
        for (var i = 0; i < rgb.Length; i += 3)
        {
            var b = spread * random.NextSingle();
            (rgb[i], rgb[i + 1], rgb[i + 2]) =
                (0.3f + 0.5f * b + 0.3f * spread * random.NextSingle(), 0.2f + spread * random.NextSingle(), 0.4f + b);
        }

        return new SyntheticStylizer { HasRegions = true, Value = (_, i) => rgb[i] };
    }
}
