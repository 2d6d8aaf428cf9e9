using Shouldly;
using Xunit;

namespace VideoStyle.OpticalFlow.Tests;

public sealed class GuidedMedianTests
{
    // The definition, one vector at a time. Columns are clamped as a block of 8 at once, so borders are left out.
    [Theory]
    [InlineData(40, 21)]
    [InlineData(33, 9)]
    public void Filter_AnyFlow_IsTheSampleOfTheLeastWeightedDistance(int width, int height)
    {
        Random random = new(width);
        PaddedImage guide = new(width, height);
        FlowPlanes flow = new(width, height), result = new(width, height);
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                guide.At(x, y) = 255 * random.NextSingle();
                (flow.X[y * flow.Stride + x], flow.Y[y * flow.Stride + x]) = (9 * random.NextSingle(), x < width / 2 ? 3 : -3 * random.NextSingle());
            }

        GuidedMedian.Filter(guide, flow, result);

        for (var y = 0; y < height; y++)
            for (var x = 8; x < ((width - 12) & ~7) + 8; x++)
            {
                var (u, v) = Expected(guide, flow, x, y);
                result.X[y * result.Stride + x].ShouldBe(u, $"{x}, {y}");
                result.Y[y * result.Stride + x].ShouldBe(v, $"{x}, {y}");
            }
    }

    [Fact]
    public void Filter_FlatGroundBesideAnObject_GetsTheMotionOfTheGroundBack()
    {
        PaddedImage guide = new(64, 32);
        FlowPlanes flow = new(64, 32), result = new(64, 32);
        for (var y = 0; y < 32; y++)
            for (var x = 0; x < 64; x++)
            {
                guide.At(x, y) = x < 32 ? 200 : 20; // the object, and the ground
                flow.X[y * flow.Stride + x] = x < 34 ? 8 : 1; // the object's motion reaches 2 too far
            }

        GuidedMedian.Filter(guide, flow, result);

        foreach (var x in Enumerable.Range(24, 16))
            result.X[16 * result.Stride + x].ShouldBe(x < 32 ? 8 : 1, $"column {x}");
    }

    private static (float U, float V) Expected(PaddedImage guide, FlowPlanes flow, int x, int y)
    {
        var places = (from dy in Enumerable.Range(-2, 5) from dx in Enumerable.Range(-2, 5) select (X: x + 2 * dx, Y: Math.Clamp(y + 2 * dy, 0, flow.Height - 1))).ToArray();
        return places.Select(p => (U: flow.X[p.Y * flow.Stride + p.X], V: flow.Y[p.Y * flow.Stride + p.X]))
            .MinBy(c => places.Sum(p => Weight(p) * (Math.Abs((double)flow.X[p.Y * flow.Stride + p.X] - c.U) + Math.Abs((double)flow.Y[p.Y * flow.Stride + p.X] - c.V))));

        double Weight((int X, int Y) p) => Math.Pow(1 + Math.Pow((guide.At(p.X, p.Y) - guide.At(x, y)) / 20.0, 2), -2);
    }
}
