using Shouldly;
using VideoStyle.Core.Media;
using VideoStyle.Metrics.Farneback;
using VideoStyle.Native;
using VideoStyle.Native.Vision;
using Xunit;

namespace VideoStyle.Metrics.Tests.Flow;

public sealed class FarnebackFlowTests
{
    // Odd sizes, levels that are left out, sizes that do not halve evenly, and images that have to be continued.
    [NativeTheory(NativeUnits.Vision)]
    [InlineData(FlowMethod.Farneback, 320, 180)]
    [InlineData(FlowMethod.Farneback, 333, 217)]
    [InlineData(FlowMethod.Farneback, 65, 70)]
    [InlineData(FlowMethod.Farneback, 53, 9)]
    [InlineData(FlowMethod.FarnebackWide, 320, 180)]
    [InlineData(FlowMethod.FarnebackWide, 1100, 1060)]
    public void Estimate_MovingTexture_AgreesWithOpenCv(FlowMethod method, int width, int height)
    {
        var (first, second) = (Texture(width, height, 0, 0, 1), Texture(width, height, 3.3, -1.7, 2));
        using var reference = OpenCvFlow.Create(method);
        using FarnebackFlow own = new(method == FlowMethod.Farneback ? FarnebackSettings.Tof : FarnebackSettings.Wide);

        var expected = reference.Estimate(first, second);
        var flow = own.Estimate(first, second);

        own.Description.ShouldBe(reference.Description);
        // The order of additions differs; where the motion is nearly undetermined, at the border above all, that shows.
        var error = EndPointError.Of(flow, expected);
        error.MeanPx.ShouldBeLessThan(1e-4);
        error.Over3Px.ShouldBe(0);
        expected.Vectors.Average(v => Math.Abs(v)).ShouldBeGreaterThan(0.5f);
    }

    [Fact]
    public void Estimate_AnotherPairBetween_GivesTheSameFlowAgain()
    {
        var (first, second) = (Texture(80, 60, 0, 0, 1), Texture(80, 60, 2, 1, 2));
        using FarnebackFlow flow = new(FarnebackSettings.Tof);
        var once = flow.Estimate(first, second).Vectors;

        flow.Estimate(Texture(120, 90, 0, 0, 3), Texture(120, 90, 5, 5, 4));
        flow.Estimate(second, first);

        flow.Estimate(first, second).Vectors.ShouldBe(once);
    }

    [Fact]
    public void Estimate_ImagesOfTwoSizes_ThrowsArgumentError()
    {
        using FarnebackFlow flow = new(FarnebackSettings.Tof);

        Should.Throw<ArgumentException>(() => flow.Estimate(Texture(40, 40, 0, 0, 1), Texture(40, 41, 0, 0, 1)));
    }

    private static LumaImage Texture(int width, int height, double dx, double dy, int seed)
    {
        var random = new Random(seed);
        var pixels = new byte[width * height];
        for (var i = 0; i < pixels.Length; i++)
        {
            var (x, y) = (i % width - dx, i / width - dy);
            var value = 128 + 40 * Math.Sin(0.31 * x + 0.11 * y) + 30 * Math.Sin(0.07 * x - 0.23 * y) + 30 * Math.Sin(0.9 * x + 0.02 * x * y / 30) + 6 * random.NextDouble();
            pixels[i] = (byte)Math.Clamp(value, 0, 255);
        }

        return new LumaImage(width, height, pixels);
    }
}
