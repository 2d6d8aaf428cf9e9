using Shouldly;
using VideoStyle.Core.Flow;
using VideoStyle.Core.Media;
using VideoStyle.Core.Styling;
using Xunit;

namespace VideoStyle.Core.Tests.Styling;

public sealed class RefinedFlowTests
{
    private const int Width = 96;
    private const int Height = 72;

    [Fact]
    public void Estimate_RoughFlowThatMissesByHalfAPixel_ComesCloserToTheTruth()
    {
        using RefinedFlow estimator = new(new ConstantFlow(2.5f, -1.5f));

        var flow = estimator.Estimate(Texture(0, 0), Texture(3, -1));

        foreach (var (x, y) in Inside(16))
        {
            var (dx, dy) = flow[x, y];
            Math.Sqrt(Math.Pow(dx - 3, 2) + Math.Pow(dy + 1, 2)).ShouldBeLessThan(0.1);
        }
    }

    [Fact]
    public void Estimate_NothingToBeSeen_SaysThatNothingMoves()
    {
        using RefinedFlow estimator = new(new ConstantFlow(2.5f, -1.5f));
        LumaImage wall = new(Width, Height, [.. Enumerable.Repeat((byte)90, Width * Height)]);

        estimator.Estimate(wall, wall).Vectors.ShouldAllBe(v => v == 0);
    }

    [Fact]
    public void Estimate_RightFlow_StaysWhereTextureDecides()
    {
        using RefinedFlow estimator = new(new ConstantFlow(3, -1));

        var flow = estimator.Estimate(Texture(0, 0), Texture(3, -1));

        foreach (var (x, y) in Inside(16))
            (flow[x, y].Dx, flow[x, y].Dy).ShouldSatisfyAllConditions(v => v.Dx.ShouldBe(3, 0.1), v => v.Dy.ShouldBe(-1, 0.1));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 5)]
    [InlineData(40, 1)]
    public void Estimate_TinyPicturesAndWildVectors_GiveNumbers(int width, int height)
    {
        using RefinedFlow estimator = new(new ConstantFlow(float.NaN, float.PositiveInfinity));
        LumaImage picture = new(width, height, [.. Enumerable.Range(0, width * height).Select(i => (byte)(37 * i))]);

        estimator.Estimate(picture, picture).Vectors.ShouldAllBe(v => float.IsFinite(v));
    }

    private static IEnumerable<(int X, int Y)> Inside(int margin) =>
        from y in Enumerable.Range(margin, Height - 2 * margin) from x in Enumerable.Range(margin, Width - 2 * margin) select (x, y);

    // What is at p lies at p + (dx, dy) in the picture moved by (dx, dy).
    private static LumaImage Texture(int dx, int dy) =>
        new(Width, Height, [.. Enumerable.Range(0, Width * Height).Select(i => At(i % Width - dx, i / Width - dy))]);

    private static byte At(int x, int y) =>
        (byte)(128 + 50 * Math.Sin(0.31 * x + 0.2 * y) + 40 * Math.Cos(0.27 * y - 0.17 * x) + 30 * Math.Sin(0.11 * x * Math.Cos(0.05 * y)));

    private sealed class ConstantFlow(float dx, float dy) : IFlowEstimator
    {
        public string Description => "constant";

        public FlowField Estimate(LumaImage source, LumaImage target)
        {
            var vectors = new float[2 * source.Width * source.Height];
            for (var i = 0; i < vectors.Length; i += 2)
                (vectors[i], vectors[i + 1]) = (dx, dy);
            return new FlowField(source.Width, source.Height, vectors);
        }

        public void Dispose()
        {
            // Holds nothing.
        }
    }
}
