using Shouldly;
using VideoStyle.Core.Color;
using VideoStyle.Core.Media;
using VideoStyle.Core.Stylizers;
using Xunit;

namespace VideoStyle.Core.Tests.Styling;

public sealed class ColorKeepingTests
{
    private const int Width = 61;
    private const int Height = 43;

    // Two steps of the painting's fixed point.
    private const float Rounding = 2f / StylizedFrame.White;

    [Fact]
    public void Paint_KeepingLuminance_HasTheFramesColourDifferencesAndThePaintingsLuma()
    {
        using var frame = RandomFrame();
        using ColorPreservingStylizer stylizer = new(new RandomPainter(), ColorPreservation.Luminance);
        using var plain = new RandomPainter().Paint(frame);

        using var painting = stylizer.Paint(frame);

        var (kept, before) = (painting.ToRgb(), plain.ToRgb());
        for (var i = 0; i < kept.Length; i += 3)
        {
            Luma(kept, i).ShouldBe(Luma(before, i), Rounding);
            (kept[i] - kept[i + 1]).ShouldBe((frame.Pixels[i] - frame.Pixels[i + 1]) / 255f, Rounding);
            (kept[i + 2] - kept[i + 1]).ShouldBe((frame.Pixels[i + 2] - frame.Pixels[i + 1]) / 255f, Rounding);
        }
    }

    [Fact]
    public void Paint_KeepingHistogram_HasMeanAndCovarianceOfTheFrame()
    {
        using var frame = RandomFrame();
        using ColorPreservingStylizer stylizer = new(new RandomPainter(), ColorPreservation.Histogram);

        using var painting = stylizer.Paint(frame);

        var expected = Moments([.. frame.Pixels.ToArray().Select(p => p / 255.0)]);
        var actual = Moments([.. painting.ToRgb().Select(v => (double)v)]);
        for (var i = 0; i < expected.Length; i++)
            actual[i].ShouldBe(expected[i], 2e-4);
    }

    [Fact]
    public void Paint_KeepingHistogramOfAPaintingInOneColour_GivesFiniteValues()
    {
        using var frame = RandomFrame();
        using ColorPreservingStylizer stylizer = new(new RandomPainter { Spread = 0 }, ColorPreservation.Histogram);

        using var painting = stylizer.Paint(frame);

        painting.ToRgb().ShouldAllBe(v => v > -0.5f && v < 1.5f);
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

    private sealed class RandomPainter : IStylizer
    {
        public float Spread { get; init; } = 0.5f;

        public int Workers => 1;

        public string Description => "random";

        public StylizedFrame Paint(Frame frame)
        {
            Random random = new(5);
            var rgb = new float[3 * frame.Width * frame.Height];
            for (var i = 0; i < rgb.Length; i += 3)
            {
                var b = Spread * random.NextSingle();
                (rgb[i], rgb[i + 1], rgb[i + 2]) =
                    (0.3f + 0.5f * b + 0.3f * Spread * random.NextSingle(), 0.2f + Spread * random.NextSingle(), 0.4f + b);
            }

            return StylizedFrame.FromRgb(frame.Width, frame.Height, rgb);
        }

        public void Dispose()
        {
            // Holds nothing.
        }
    }
}
