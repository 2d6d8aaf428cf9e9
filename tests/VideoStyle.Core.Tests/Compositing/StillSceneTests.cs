using Shouldly;
using VideoStyle.Core.Compositing;
using VideoStyle.Core.Media;
using VideoStyle.Core.MotionEstimation;
using VideoStyle.Core.Pipeline;
using VideoStyle.Core.Stylizers;
using Xunit;

namespace VideoStyle.Core.Tests.Compositing;

/// <summary>Two thousand frames of a still scene with noise.</summary>
public sealed class StillSceneTests
{
    private const int Width = 96;
    private const int Height = 64;
    private const int Frames = 2000;

    private readonly FramePool _pool = new();

    [Theory]
    [InlineData(CoherenceMode.Fast)]
    [InlineData(CoherenceMode.Best)]
    public void Next_StillNoisyScene_NeitherDriftsNorDepartsFromTheStylizedFrames(CoherenceMode mode)
    {
        Random noise = new(7);
        using TemporalBlend blend = new(BlendOptions.For(mode));
        // Estimated vectors of a still scene: a tenth of a pixel, different each time.
        SyntheticFlow flow = new((_, _) => (0.3f * (noise.NextSingle() - 0.5f), 0.3f * (noise.NextSingle() - 0.5f)));
        using MotionEstimator estimator = new(flow, factor: 1);
        using var shown = _pool.Rent(Width, Height);
        using var target = _pool.Rent(Width, Height);
        List<double> means = [], distances = [];
        LumaImage? previous = null;
        for (var t = 0; t < Frames; t++)
        {
            LumaImage current = new(Width, Height, [.. Enumerable.Range(0, Width * Height).Select(i => Noisy(i, noise))]);
            using var motion = previous is null ? null : estimator.Estimate(previous, current);
            using var stylized = Stylize(current);
            stylized.RoundTo(target);
            blend.Next(stylized, motion, shown);
            means.Add(Mean(shown.Pixels));
            distances.Add(Distance(shown.Pixels, target.Pixels));
            previous = current;
        }

        // Over 100 frames, as the noise itself moves the mean of a single one.
        Math.Abs(means.TakeLast(100).Average() - means.Skip(10).Take(100).Average()).ShouldBeLessThan(0.5);
        distances.TakeLast(100).Average().ShouldBeLessThan(1.02 * distances.Skip(10).Take(100).Average());
    }

    // Texture on the left, a wall on the right, and the noise of a camera.
    private static byte Noisy(int i, Random noise)
    {
        var (x, y) = (i % Width, i / Width);
        var scene = x < Width / 2 ? 120 + 60 * Math.Sin(0.5 * x) * Math.Cos(0.4 * y) : 120;
        return (byte)Math.Clamp(scene + 12 * (noise.NextDouble() + noise.NextDouble() - 1), 0, 255);
    }

    // A substitute for a network: strokes, some of which amplify noise.
    private static StylizedFrame Stylize(LumaImage image)
    {
        var rgb = new float[3 * Width * Height];
        for (var i = 0; i < Width * Height; i++)
        {
            var stroke = 0.3f * MathF.Sin(0.9f * (i % Width) + 0.7f * (i / Width));
            var value = 0.5f + stroke + 0.15f * MathF.Sin(image.Pixels[i] / 10f);
            (rgb[3 * i], rgb[3 * i + 1], rgb[3 * i + 2]) = (value, 0.8f * value, 1 - value);
        }

        return StylizedFrame.FromRgb(Width, Height, rgb);
    }

    private static double Mean(ReadOnlySpan<byte> pixels)
    {
        var sum = 0L;
        foreach (var value in pixels)
            sum += value;
        return (double)sum / pixels.Length;
    }

    private static double Distance(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        var sum = 0L;
        for (var i = 0; i < a.Length; i++)
            sum += Math.Abs(a[i] - b[i]);
        return (double)sum / a.Length;
    }
}
