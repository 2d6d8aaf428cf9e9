using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using VideoStyle.Core.Flow;
using VideoStyle.Core.Media;
using Xunit;

namespace VideoStyle.OpticalFlow.Tests;

public sealed class DenseInverseSearchTests
{
    // Of the texture's details, in pixels.
    private static readonly double[] Scales = [5, 11, 23, 47, 97];

    private static readonly (int Width, int Height)[] OddSizes =
        [(1, 1), (1, 40), (2, 2), (7, 5), (8, 8), (11, 13), (15, 16), (16, 9), (31, 33), (53, 37), (300, 1)];

    public static TheoryData<DenseInverseSearchOptions> EverySetting =>
    [
        new DenseInverseSearchOptions(),
        new DenseInverseSearchOptions { FinestLevel = 1 },
        new DenseInverseSearchOptions { RefinementIterations = 2 },
        new DenseInverseSearchOptions { PatchStride = 8, FinestSteps = 4 },
    ];

    [Theory]
    [MemberData(nameof(EverySetting))]
    public void Estimate_TextureMovedByFractionsOfAPixel_FindsTheMotionToATwentyFifthInTheMean(DenseInverseSearchOptions options)
    {
        var flow = new DenseInverseSearch(options).Estimate(Texture(160, 120, 0, 0), Texture(160, 120, 3.4, -2.7));

        var tolerance = 0.25f * (1 << options.FinestLevel);
        foreach (var (dx, dy) in Inside(flow, 24))
        {
            dx.ShouldBe(3.4f, tolerance);
            dy.ShouldBe(-2.7f, tolerance);
        }

        Inside(flow, 24).Average(v => v.Dx).ShouldBe(3.4f, 0.04f * (1 << options.FinestLevel));
        Inside(flow, 24).Average(v => v.Dy).ShouldBe(-2.7f, 0.04f * (1 << options.FinestLevel));
    }

    [Fact]
    public void Estimate_MotionOf40Pixels_IsFound()
    {
        var flow = new DenseInverseSearch(new()).Estimate(Texture(320, 200, 0, 0), Texture(320, 200, 40, 12));

        Inside(flow, 60).Average(v => v.Dx).ShouldBe(40, 0.1f);
        Inside(flow, 60).Average(v => v.Dy).ShouldBe(12, 0.1f);
    }

    [Fact]
    public void Estimate_RotationAndZoom_IsFoundToAFifthOfAPixel()
    {
        // p is found at c + A (p − c).
        var (cosine, sine) = (1.03 * Math.Cos(0.04), 1.03 * Math.Sin(0.04));
        (double X, double Y) Forward(double x, double y) => (100 + cosine * (x - 100) - sine * (y - 70), 70 + sine * (x - 100) + cosine * (y - 70));
        var scale = cosine * cosine + sine * sine;
        (double X, double Y) Back(double x, double y) => (100 + (cosine * (x - 100) + sine * (y - 70)) / scale, 70 + (-sine * (x - 100) + cosine * (y - 70)) / scale);
        var flow = new DenseInverseSearch(new()).Estimate(Draw(200, 140, (x, y) => (x, y)), Draw(200, 140, Back));

        var errors = Enumerable.Range(0, 200 * 140)
            .Select(i => (X: i % 200, Y: i / 200))
            .Where(p => p.X is > 16 and < 184 && p.Y is > 16 and < 124)
            .Select(p => Distance(flow[p.X, p.Y], Forward(p.X, p.Y), p));
        errors.Average().ShouldBeLessThan(0.2);
    }

    [Fact]
    public void Estimate_ObjectBeforeAStillBackground_MovesAloneUpToItsEdge()
    {
        var flow = new DenseInverseSearch(new()).Estimate(WithObject(0), WithObject(6));

        flow[80, 60].Dx.ShouldBe(6, 0.1f);
        flow[20, 20].Dx.ShouldBe(0, 0.1f);
        flow[64, 60].Dx.ShouldBe(6, 0.5f); // 4 pixels inside
        flow[50, 60].Dx.ShouldBe(0, 0.5f); // 10 pixels outside, on the side that the object leaves

        static LumaImage WithObject(int shift) =>
            Draw(160, 120, (x, y) => x - shift is >= 60 and < 100 && y is >= 40 and < 80 ? (x - shift + 300, y + 500) : (x, y));
    }

    [Fact]
    public void Estimate_BrightnessChangesByTen_FindsTheMotionAllTheSame()
    {
        var brighter = Texture(160, 120, 2, 1);
        for (var i = 0; i < brighter.Pixels.Length; i++)
            brighter.Pixels[i] += 10;

        var flow = new DenseInverseSearch(new()).Estimate(Texture(160, 120, 0, 0), brighter);

        Inside(flow, 24).Average(v => v.Dx).ShouldBe(2, 0.05f);
        Inside(flow, 24).Average(v => v.Dy).ShouldBe(1, 0.05f);
    }

    [Theory]
    [MemberData(nameof(EverySetting))]
    public void Estimate_AnySizeFrom1x1_GivesFiniteFlowOfThatSize(DenseInverseSearchOptions options)
    {
        DenseInverseSearch search = new(options);
        foreach (var (width, height) in OddSizes)
        {
            var flow = search.Estimate(Noise(width, height, 1), Noise(width, height, 2));

            (flow.Width, flow.Height).ShouldBe((width, height));
            flow.Vectors.ShouldAllBe(v => float.IsFinite(v));
        }
    }

    [Theory]
    [MemberData(nameof(EverySetting))]
    public void Estimate_SameImage_GivesNoMotion(DenseInverseSearchOptions options) =>
        new DenseInverseSearch(options).Estimate(Texture(53, 37, 0, 0), Texture(53, 37, 0, 0)).Vectors.Max(Math.Abs).ShouldBeLessThan(1e-3f);

    [Theory]
    [MemberData(nameof(EverySetting))]
    public void EstimateBoth_AnyPair_GivesTheBitsOfTwoEstimates(DenseInverseSearchOptions options)
    {
        DenseInverseSearch both = new(options);
        _ = both.EstimateBoth(Noise(97, 61, 5), Noise(97, 61, 6)); // nothing of an earlier pair may be left
        var (forward, backward) = both.EstimateBoth(Noise(97, 61, 1), Noise(97, 61, 2));

        forward.Vectors.ShouldBe(new DenseInverseSearch(options).Estimate(Noise(97, 61, 1), Noise(97, 61, 2)).Vectors);
        backward.Vectors.ShouldBe(new DenseInverseSearch(options).Estimate(Noise(97, 61, 2), Noise(97, 61, 1)).Vectors);
    }

    [Fact]
    public void Estimate_ShiftsOfUpToAnEighthOfTheImage_AreFoundForAllTextures() =>
        Prop.ForAll(
            ArbMap.Default.GeneratorFor<int>().Select(i => Math.Abs(i % 160) / 8.0 - 10).Two().ToArbitrary(),
            shift =>
            {
                var flow = new DenseInverseSearch(new()).Estimate(Texture(160, 120, 0, 0), Texture(160, 120, shift.Item1, shift.Item2));
                return Math.Abs(Inside(flow, 30).Average(v => v.Dx) - shift.Item1) < 0.05 && Math.Abs(Inside(flow, 30).Average(v => v.Dy) - shift.Item2) < 0.05;
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(20));

    [Fact]
    public void Estimate_ImagesOfTwoSizes_ThrowsArgumentError() =>
        Should.Throw<ArgumentException>(() => new DenseInverseSearch(new()).Estimate(Noise(40, 40, 1), Noise(40, 41, 1)));

    [Fact]
    public void Constructor_PatchStrideThatLeavesGaps_ThrowsArgumentError() =>
        Should.Throw<ArgumentOutOfRangeException>(() => new DenseInverseSearch(new() { PatchStride = 9 }));

    private static double Distance((float Dx, float Dy) vector, (double X, double Y) to, (int X, int Y) from) =>
        Math.Sqrt(Math.Pow(vector.Dx - (to.X - from.X), 2) + Math.Pow(vector.Dy - (to.Y - from.Y), 2));

    private static IEnumerable<(float Dx, float Dy)> Inside(FlowField flow, int border) =>
        from y in Enumerable.Range(border, flow.Height - 2 * border)
        from x in Enumerable.Range(border, flow.Width - 2 * border)
        select flow[x, y];

    /// <summary>Details of all sizes that move: <c>p</c> of shift 0 is found at <c>p + (dx, dy)</c>.</summary>
    private static LumaImage Texture(int width, int height, double dx, double dy) => Draw(width, height, (x, y) => (x - dx, y - dy));

    private static LumaImage Draw(int width, int height, Func<double, double, (double U, double V)> place)
    {
        var pixels = new byte[width * height];
        for (var i = 0; i < pixels.Length; i++)
        {
            var (u, v) = place(i % width, i / width);
            pixels[i] = (byte)Math.Round(Math.Clamp(118 + 34 * Scales.Sum(scale => ValueNoise(u / scale, v / scale)), 0, 245));
        }

        return new LumaImage(width, height, pixels);
    }

    // Smooth noise between -1 and 1 with one random value for each point of a lattice of spacing 1.
    private static double ValueNoise(double u, double v)
    {
        var (left, top) = (Math.Floor(u), Math.Floor(v));
        var (a, b) = (Fade(u - left), Fade(v - top));
        var (x, y) = ((int)left, (int)top);
        var above = Lattice(x, y) + a * (Lattice(x + 1, y) - Lattice(x, y));
        var below = Lattice(x, y + 1) + a * (Lattice(x + 1, y + 1) - Lattice(x, y + 1));
        return above + b * (below - above);

        static double Fade(double t) => t * t * t * (t * (6 * t - 15) + 10);

        static double Lattice(int x, int y)
        {
            var hash = unchecked((uint)(x * 374761393 + y * 668265263));
            hash = unchecked((hash ^ (hash >> 13)) * 1274126177);
            return ((hash ^ (hash >> 16)) & 0xFFFF) / 32767.5 - 1;
        }
    }

    private static LumaImage Noise(int width, int height, int seed)
    {
        var pixels = new byte[width * height];
#pragma warning disable CA5394 // test noise, no secret
        new System.Random(seed).NextBytes(pixels);
#pragma warning restore CA5394
        return new LumaImage(width, height, pixels);
    }
}
