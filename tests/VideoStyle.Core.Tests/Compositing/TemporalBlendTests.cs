using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using VideoStyle.Core.Compositing;
using VideoStyle.Core.Flow;
using VideoStyle.Core.Media;
using VideoStyle.Core.MotionEstimation;
using VideoStyle.Core.Pipeline;
using VideoStyle.Core.Stylizers;
using Xunit;

namespace VideoStyle.Core.Tests.Compositing;

public sealed class TemporalBlendTests
{
    private readonly FramePool _pool = new();

    [Fact]
    public void Next_Off_ShowsTheStylizedFrame()
    {
        using TemporalBlend blend = new(BlendOptions.For(CoherenceMode.Off));
        Show(blend, Noise(31, 17, seed: 1), motion: null);

        using var expected = Noise(31, 17, seed: 2);
        var rgb = expected.ToRgb();
        var shown = Show(blend, Noise(31, 17, seed: 2), Still(31, 17));

        for (var i = 0; i < shown.Length; i++)
            shown[i].ShouldBe((byte)MathF.Round(rgb[i] * 255, MidpointRounding.AwayFromZero));
    }

    [Fact]
    public void Next_AtACut_KeepsNothingOfThePreviousFrame()
    {
        using TemporalBlend blend = new(new BlendOptions { BlendWeight = 0.9f });
        Show(blend, Flat(20, 12, 1), motion: null);

        Show(blend, Flat(20, 12, 0), Motion.Cut).ShouldAllBe(v => v == 0);
    }

    [Fact]
    public void Next_FullConfidenceAndNoMotion_BlendsByTheBlendWeight()
    {
        using TemporalBlend blend = new(new BlendOptions { BlendWeight = 0.75f });
        Show(blend, Flat(20, 12, 0), motion: null);

        // A uniform frame needs no sharpening: 0 · 0.75 + 1 · 0.25.
        Show(blend, Flat(20, 12, 1), Still(20, 12)).ShouldAllBe(v => v == 64);
        // And again: 0.25 · 0.75 + 1 · 0.25 = 0.4375.
        Show(blend, Flat(20, 12, 1), Still(20, 12)).ShouldAllBe(v => v == 112);
    }

    [Fact]
    public void Next_NoConfidence_ShowsTheNewFrame()
    {
        using TemporalBlend blend = new(new BlendOptions { BlendWeight = 0.9f });
        Show(blend, Flat(20, 12, 1), motion: null);

        Show(blend, Flat(20, 12, 0.2f), Still(20, 12, confidence: 0)).ShouldAllBe(v => v == 51);
    }

    [Fact]
    public void Next_WholePixelMotion_WarpsThePreviousFrameByIt()
    {
        // A blend weight near 1: the result is the previous frame moved by (3, −2).
        using TemporalBlend blend = new(new BlendOptions { BlendWeight = 0.9999f, Sharpen = false });
        var before = Noise(40, 30, seed: 3).ToRgb();
        Show(blend, Noise(40, 30, seed: 3), motion: null);

        var shown = Show(blend, Flat(40, 30, 0.5f), Moved(40, 30, 3, -2));

        for (var y = 2; y < 28; y++)
            for (var x = 3; x < 37; x++)
                ((float)shown[3 * (y * 40 + x) + 1]).ShouldBe(before[3 * ((y - 2) * 40 + x + 3) + 1] * 255, tolerance: 0.6);
    }

    [Fact]
    public void Next_SubPixelMotion_EqualsBilinearInterpolation() =>
        Prop.ForAll(
            ArbMap.Default.GeneratorFor<int>().Select(i => (i % 800) / 100f).Two().ToArbitrary(),
            vector =>
            {
                var (dx, dy) = vector;
                if (dx * dx + dy * dy < 0.4f * 0.4f)
                    return true; // damped on purpose: estimated motion is never exactly 0
                using TemporalBlend blend = new(new BlendOptions { BlendWeight = 0.9999f, Sharpen = false, CubicWarp = false });
                var before = Noise(32, 24, seed: 4);
                Show(blend, Noise(32, 24, seed: 4), motion: null);
                var shown = Show(blend, Flat(32, 24, 0.5f), Moved(32, 24, dx, dy));
                var worst = 0.0;
                for (var y = 0; y < 24; y++)
                    for (var x = 0; x < 32; x++)
                        worst = Math.Max(worst, Math.Abs(shown[3 * (y * 32 + x)] - 255 * Bilinear(before, x + dx, y + dy)));
                return worst <= 0.6;
            }
        ).QuickCheckThrowOnFailure();

    [Fact]
    public void Next_StillFlickeringFrames_FlickerLessAndStayAsSharp()
    {
        const int width = 128, height = 96, frames = 60;
        using TemporalBlend blend = new(BlendOptions.For(CoherenceMode.Fast));
        var strokes = Noise(width, height, seed: 5);
        List<byte[]> raw = [], shown = [];
        for (var t = 0; t < frames; t++)
        {
            using var flickering = Flicker(strokes, seed: 100 + t);
            using var frame = _pool.Rent(width, height);
            flickering.RoundTo(frame);
            raw.Add(frame.Pixels.ToArray());
            shown.Add(Show(blend, Flicker(strokes, seed: 100 + t), t == 0 ? null : Still(width, height)));
        }

        Change(shown).ShouldBeLessThan(0.1 * Change(raw));
        var sharpness = Energy(shown[^1], width) / Energy(raw[^1], width);
        sharpness.ShouldBeInRange(0.95, 1.05);

        double Change(List<byte[]> video) =>
            Enumerable.Range(20, frames - 21).Average(t => video[t].Zip(video[t + 1], (a, b) => (double)(a - b) * (a - b)).Average());
    }

    [Theory]
    [InlineData(64, 48, 1)]
    [InlineData(131, 77, 3)]
    [InlineData(35, 150, 2)]
    public void Next_AnyMotionOverSeveralFrames_EqualsTheScalarReference(int width, int height, int factor)
    {
        using TemporalBlend blend = new(new BlendOptions { BlendWeight = 0.9f });
        ScalarBlend reference = new(width, height, 0.9f);
        for (var t = 0; t < 4; t++)
        {
            var motion = t == 0 ? null : Swirl(width, height, factor, t);
            var stylized = Noise(width, height, seed: 40 + t);
            var expected = reference.Next(stylized.ToRgb(), motion);
            var shown = Show(blend, stylized, motion);
            for (var i = 0; i < shown.Length; i++)
                ((double)shown[i]).ShouldBe(expected[i], tolerance: 1); // half a step of rounding, that of 16-bit states, and 256 places between two pixels
        }
    }

    [Fact]
    public void Next_NotANumberInTheFlow_DoesNotReachTheFrame()
    {
        SyntheticFlow broken = new((_, i) => i == 50 ? (float.NaN, 0) : i == 166 ? (0, float.PositiveInfinity) : (0, 0));
        using MotionEstimator estimator = new(broken, factor: 1);
        LumaImage image = new(48, 32, [.. Enumerable.Range(0, 48 * 32).Select(i => (byte)(i * 7))]);
        var motion = estimator.Estimate(image, image);
        using TemporalBlend blend = new(new BlendOptions { BlendWeight = 0.9f });
        Show(blend, Flat(48, 32, 0.5f), motion: null);

        Show(blend, Flat(48, 32, 0.5f), motion).ShouldAllBe(v => v == 128);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 1)]
    [InlineData(1, 5)]
    [InlineData(7, 2)]
    public void Next_TinyFrames_AreBlendedLikeAnyOther(int width, int height)
    {
        using TemporalBlend blend = new(new BlendOptions { BlendWeight = 0.5f });
        Show(blend, Flat(width, height, 0), motion: null);

        Show(blend, Flat(width, height, 1), Still(width, height)).ShouldAllBe(v => v == 128);
    }

    private byte[] Show(TemporalBlend blend, StylizedFrame stylized, Motion? motion)
    {
        using var frame = _pool.Rent(stylized.Width, stylized.Height);
        blend.Next(stylized, motion, frame);
        return frame.Pixels.ToArray();
    }

    private static Motion Still(int width, int height, float confidence = 1) => Moved(width, height, 0, 0, confidence);

    private static Motion Moved(int width, int height, float dx, float dy, float confidence = 1)
    {
        var vectors = new float[2 * width * height];
        for (var i = 0; i < vectors.Length; i += 2)
            (vectors[i], vectors[i + 1]) = (dx, dy);
        var trusted = new float[width * height];
        Array.Fill(trusted, confidence);
        return new Motion(new FlowField(width, height, vectors), trusted, 1);
    }

    // Vectors and confidence that differ from place to place, some of them pointing out of the frame.
    private static Motion Swirl(int width, int height, int factor, int seed)
    {
        var (w, h) = ((width + factor - 1) / factor, (height + factor - 1) / factor);
        var vectors = new float[2 * w * h];
        for (var i = 0; i < w * h; i++)
            (vectors[2 * i], vectors[2 * i + 1]) = (3 * MathF.Sin(0.2f * (i / w) + seed), 4 * MathF.Cos(0.15f * (i % w) - seed));
        float[] trusted = [.. Enumerable.Range(0, w * h).Select(i => 0.5f + 0.5f * MathF.Sin(0.1f * i + seed))];
        return new Motion(new FlowField(w, h, vectors), trusted, factor);
    }

    private static StylizedFrame Flat(int width, int height, float value) =>
        StylizedFrame.FromRgb(width, height, [.. Enumerable.Repeat(value, 3 * width * height)]);

    private static StylizedFrame Noise(int width, int height, int seed)
    {
        Random random = new(seed);
        return StylizedFrame.FromRgb(width, height, [.. Enumerable.Range(0, 3 * width * height).Select(_ => 0.25f + 0.5f * random.NextSingle())]);
    }

    private static StylizedFrame Flicker(StylizedFrame strokes, int seed)
    {
        Random random = new(seed);
        return StylizedFrame.FromRgb(strokes.Width, strokes.Height, [.. strokes.ToRgb().Select(v => v + 0.1f * (random.NextSingle() - 0.5f))]);
    }

    private static float Bilinear(StylizedFrame stylized, float x, float y)
    {
        (x, y) = (Math.Clamp(x, 0, stylized.Width - 1), Math.Clamp(y, 0, stylized.Height - 1));
        var (x0, y0) = ((int)MathF.Floor(x), (int)MathF.Floor(y));
        var (x1, y1) = (Math.Min(x0 + 1, stylized.Width - 1), Math.Min(y0 + 1, stylized.Height - 1));
        var (u, v) = (x - x0, y - y0);
        float At(int column, int row) => (float)stylized.Values[4 * (row * stylized.Width + column)] / StylizedFrame.White;
        return (1 - v) * ((1 - u) * At(x0, y0) + u * At(x1, y0)) + v * ((1 - u) * At(x0, y1) + u * At(x1, y1));
    }

    private static double Energy(byte[] pixels, int width)
    {
        double sum = 0;
        for (var i = 3; i < pixels.Length; i++)
            if (i / 3 % width != 0)
                sum += Math.Pow(pixels[i] - pixels[i - 3], 2);
        return sum;
    }
}
