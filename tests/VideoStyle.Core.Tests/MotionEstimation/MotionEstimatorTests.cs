using Shouldly;
using VideoStyle.Core.Media;
using VideoStyle.Core.MotionEstimation;
using Xunit;

namespace VideoStyle.Core.Tests.MotionEstimation;

public sealed class MotionEstimatorTests
{
    private const int Width = 64;
    private const int Height = 48;

    [Fact]
    public void Estimate_ConsistentFlowThatExplainsThePicture_IsTrusted()
    {
        using MotionEstimator estimator = new(new SyntheticFlow(backward: (2, 0), forward: (-2, 0)), factor: 1);

        var motion = estimator.Estimate(Texture(shift: 0), Texture(shift: 2));

        motion.Confidence[10 * Width + 20].ShouldBe(1, tolerance: 1e-4);
    }

    [Fact]
    public void Estimate_FlowThatLeavesTheFrame_IsNotTrusted()
    {
        using MotionEstimator estimator = new(new SyntheticFlow(backward: (10, 0), forward: (-10, 0)), factor: 1);

        var motion = estimator.Estimate(Texture(shift: 0), Texture(shift: 10));

        motion.Confidence[10 * Width + Width - 5].ShouldBe(0);
        motion.Confidence[10 * Width + 20].ShouldBe(1, tolerance: 1e-4);
    }

    [Fact]
    public void Estimate_PictureThatIsOffByTheTolerance_IsTrustedByOneInE()
    {
        using MotionEstimator estimator = new(new SyntheticFlow((0, 0), (0, 0)), factor: 1);
        var (before, after) = (Texture(shift: 0), Texture(shift: 0));
        for (var i = 0; i < after.Pixels.Length; i++)
            after.Pixels[i] = (byte)(before.Pixels[i] + 12);

        var motion = estimator.Estimate(before, after);

        motion.Confidence[10 * Width + 20].ShouldBe(MathF.Exp(-1), tolerance: 0.001);
    }

    [Fact]
    public void Estimate_ForwardAndBackwardFlowAtTheTolerance_IsTrustedByHalf()
    {
        // |w + ŵ|² = 0.01 (|w|² + |ŵ|²) + 0.5 for w = (2, 0), ŵ = (−2 + e, 0): solved for e.
        var e = (-0.04f + MathF.Sqrt(0.04f * 0.04f + 4 * 0.99f * 0.58f)) / (2 * 0.99f);
        using MotionEstimator estimator = new(new SyntheticFlow(backward: (2, 0), forward: (-2 + e, 0)), factor: 1);

        var motion = estimator.Estimate(Texture(shift: 0), Texture(shift: 2));

        motion.Confidence[10 * Width + 20].ShouldBe(MathF.Exp(-0.7f), tolerance: 0.01);
    }

    [Fact]
    public void Estimate_ImagesOfMoreThan400Pixels_GivesMotionOfHalfTheirSize()
    {
        using MotionEstimator estimator = new(new SyntheticFlow(backward: (3, -1), forward: (-3, 1)), factor: 3);
        LumaImage image = new(501, 31, [.. Enumerable.Range(0, 501 * 31).Select(i => (byte)(i % 251))]);

        using var motion = estimator.Estimate(image, image, withForward: true);

        (motion.Backward.Width, motion.Backward.Height, motion.Factor).ShouldBe((251, 16, 6));
        motion.Backward[250, 15].ShouldBe((1.5f, -0.5f));
        motion.Forward.ShouldNotBeNull().Backward[0, 0].ShouldBe((-1.5f, 0.5f));
        motion.Confidence.Length.ShouldBe(251 * 16);
    }

    [Theory]
    [InlineData(0.2f)] // agree: the mean is followed
    [InlineData(3f)] // do not: the backward flow is
    public void Estimate_ForwardAndBackwardFlow_AreAveragedWhereTheyAgree(float apart)
    {
        using MotionEstimator estimator = new(new SyntheticFlow(backward: (2, 0), forward: (-2 + apart, 0)), factor: 1);

        var motion = estimator.Estimate(Texture(shift: 0), Texture(shift: 2));

        motion.Backward[20, 10].Dx.ShouldBe(apart < 1 ? 2 - apart / 2 : 2, tolerance: 0.01);
    }

    [Fact]
    public void Estimate_FlowThatDoesNotExplainThePicture_IsNotTrusted()
    {
        using MotionEstimator estimator = new(new SyntheticFlow((0, 0), (0, 0)), factor: 1);
        var (before, after) = (Texture(shift: 0), Texture(shift: 0));
        for (var y = 10; y < 20; y++)
            for (var x = 10; x < 20; x++)
                after.Pixels[y * Width + x] = (byte)(before.Pixels[y * Width + x] + 100);

        var motion = estimator.Estimate(before, after);

        motion.Confidence[15 * Width + 15].ShouldBeLessThan(0.01f);
        motion.Confidence[30 * Width + 40].ShouldBe(1, tolerance: 1e-4);
    }

    [Theory]
    [InlineData(1, 20)]
    [InlineData(1, -25)]
    [InlineData(0.85, 12)]
    [InlineData(1.1, -16)]
    public void Estimate_ImageOfAnotherExposure_IsConfidentForAnExposureInvariantStylizer(double gain, double offset)
    {
        using MotionEstimator estimator = new(new SyntheticFlow(backward: (2, 0), forward: (-2, 0)), factor: 1) { IsExposureInvariant = true };
        var brighter = Changed(Texture(shift: 2), (_, _, value) => gain * value + offset);

        var motion = estimator.Estimate(Texture(shift: 0), brighter, withForward: true);

        motion.Confidence[10 * Width + 20].ShouldBeGreaterThan(0.95f);
        motion.Forward!.Confidence[10 * Width + 20].ShouldBeGreaterThan(0.95f);
        motion.BrightnessChange.ShouldBe((float)((gain - 1) * 128 + offset), tolerance: 1.5f);
        Mean(motion.Confidence).ShouldBeGreaterThan(0.9f);
    }

    [Fact]
    public void Estimate_ALampThatLightsAThird_IsNotCompensated()
    {
        using MotionEstimator estimator = new(new SyntheticFlow((0, 0), (0, 0)), factor: 1) { IsExposureInvariant = true };
        var lit = Changed(Texture(shift: 0), (x, _, value) => x < Width / 3 ? value + 40 : value);

        var motion = estimator.Estimate(Texture(shift: 0), lit);

        motion.Confidence[10 * Width + 10].ShouldBeLessThan(0.01f);
        motion.Confidence[10 * Width + 40].ShouldBeGreaterThan(0.95f);
        motion.BrightnessChange.ShouldBe(0, tolerance: 1f);
    }

    [Fact]
    public void Estimate_ImageOfAnotherExposure_IsCompensatedBeforeItsFlowIsEstimated()
    {
        var flow = new SyntheticFlow((0, 0), (0, 0));
        using MotionEstimator estimator = new(flow, factor: 1);
        var before = Texture(shift: 0);

        estimator.Estimate(before, Changed(before, (_, _, value) => value + 20));

        flow.Seen.ShouldAllBe(pair => pair.Source.Pixels.Zip(pair.Target.Pixels, (a, b) => Math.Abs(a - b)).Max() == 0);
    }

    [Fact]
    public void Estimate_AnotherImage_IsACut()
    {
        using MotionEstimator estimator = new(new SyntheticFlow((0, 0), (0, 0)), factor: 1);
        LumaImage stripes = new(Width, Height, [.. Enumerable.Range(0, Width * Height).Select(i => (byte)(i % Width / 4 % 2 * 200))]);

        estimator.Estimate(Texture(shift: 0), stripes).IsCut.ShouldBeTrue();
    }

    private static LumaImage Texture(int shift)
    {
        var pixels = new byte[Width * Height];
        for (var y = 0; y < Height; y++)
            for (var x = 0; x < Width; x++)
                pixels[y * Width + x] = (byte)(128 + 60 * Math.Sin(0.35 * (x + shift)) * Math.Cos(0.27 * y) + 40 * Math.Sin(0.11 * (x + shift) + 0.4 * y));
        return new LumaImage(Width, Height, pixels);
    }

    private static LumaImage Changed(LumaImage image, Func<int, int, double, double> change) =>
        new(Width, Height, [.. image.Pixels.Select((value, i) => (byte)Math.Clamp(Math.Round(change(i % Width, i / Width, value)), 0, 255))]);

    private static float Mean(float[] values) => values.AsSpan(0, Width * Height).ToArray().Average();
}
