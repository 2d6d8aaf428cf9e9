using Shouldly;
using VideoStyle.Core.Flow;
using VideoStyle.Core.Media;
using VideoStyle.Native.Vision;

namespace VideoStyle.Native.Tests.Vision;

public sealed class OpenCvFlowTests
{
    private static readonly (int Width, int Height)[] OddSizes =
        [(1, 1), (1, 40), (2, 2), (7, 5), (8, 8), (11, 13), (15, 16), (16, 9), (31, 33), (53, 37), (300, 1)];

    [NativeFact(NativeUnits.Vision)]
    public void Estimate_TexturePannedByWholePixels_FindsTheMotion()
    {
        foreach (var method in Enum.GetValues<FlowMethod>())
        {
            using var flow = OpenCvFlow.Create(method);
            var w = flow.Estimate(Texture(160, 120, 0, 0), Texture(160, 120, 3, -2));

            MeanOfInside(w, 24).Dx.ShouldBe(3, 0.1, method.ToString());
            MeanOfInside(w, 24).Dy.ShouldBe(-2, 0.1, method.ToString());
        }
    }

    [NativeFact(NativeUnits.Vision)]
    public void Estimate_AnySizeFrom1x1_GivesFiniteFlowOfThatSize()
    {
        foreach (var method in Enum.GetValues<FlowMethod>())
        {
            using var flow = OpenCvFlow.Create(method);
            foreach (var (width, height) in OddSizes)
            {
                var w = flow.Estimate(Noise(width, height, 1), Noise(width, height, 2));

                (w.Width, w.Height).ShouldBe((width, height));
                w.Vectors.ShouldAllBe(v => float.IsFinite(v));
            }
        }
    }

    [NativeFact(NativeUnits.Vision)]
    public void Estimate_SamePicture_GivesNoMotion()
    {
        foreach (var method in Enum.GetValues<FlowMethod>())
        {
            using var flow = OpenCvFlow.Create(method);
            var w = flow.Estimate(Texture(53, 37, 0, 0), Texture(53, 37, 0, 0));

            // Farneback's polynomial fit is not exact at the border; DIS's patches match exactly.
            var tolerance = method is FlowMethod.Farneback or FlowMethod.FarnebackWide ? 0.25f : 1e-3f;
            w.Vectors.Max(Math.Abs).ShouldBeLessThan(tolerance, method.ToString());
        }
    }

    [NativeFact(NativeUnits.Vision)]
    public void Estimate_SamePairInTwoEstimators_GivesTheSameBits()
    {
        foreach (var method in Enum.GetValues<FlowMethod>())
        {
            using var first = OpenCvFlow.Create(method);
            using var second = OpenCvFlow.Create(method);
            _ = second.Estimate(Noise(97, 61, 5), Noise(97, 61, 6)); // nothing of an earlier pair may be left

            second.Estimate(Noise(97, 61, 1), Noise(97, 61, 2)).Vectors
                .ShouldBe(first.Estimate(Noise(97, 61, 1), Noise(97, 61, 2)).Vectors);
        }
    }

    [NativeFact(NativeUnits.Vision)]
    public void Estimate_ResultBufferFullOfNaN_GivesTheSameBits()
    {
        // OpenCV's DIS would take what is in the buffer for a first guess.
        foreach (var method in Enum.GetValues<FlowMethod>())
        {
            using var flow = OpenCvFlow.Create(method);
            var expected = flow.Estimate(Noise(97, 61, 1), Noise(97, 61, 2)).Vectors;
            var vectors = new float[expected.Length];
            Array.Fill(vectors, float.NaN);

            flow.EstimateInto(Noise(97, 61, 1), Noise(97, 61, 2), vectors);

            vectors.ShouldBe(expected, method.ToString());
        }
    }

    [NativeFact(NativeUnits.Vision)]
    public void Estimate_PicturesOfTwoSizes_ThrowsArgumentError()
    {
        using var flow = OpenCvFlow.Create(FlowMethod.DisFast);

        Should.Throw<ArgumentException>(() => flow.Estimate(Noise(40, 40, 1), Noise(40, 41, 1)));
    }

    [NativeFact(NativeUnits.Vision)]
    public void Description_OfEveryMethod_StatesItsSettings()
    {
        Describe(FlowMethod.DisMedium).ShouldBe("DIS medium");
        Describe(FlowMethod.Farneback).ShouldBe("Farneback (0.5, 3, 15, 3, 5, 1.2, 0)");
        Describe(FlowMethod.FarnebackWide).ShouldBe("Farneback (0.5, 5, 21, 3, 7, 1.5, 0)");

        static string Describe(FlowMethod method)
        {
            using var flow = OpenCvFlow.Create(method);
            return flow.Description;
        }
    }

    /// <summary>A smooth texture that content moves through: <c>p</c> of shift 0 is found at <c>p + (dx, dy)</c>.</summary>
    private static LumaImage Texture(int width, int height, int dx, int dy)
    {
        var pixels = new byte[width * height];
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                double u = x - dx, v = y - dy;
                var value = Math.Sin(0.31 * u + 0.11 * v) + Math.Sin(0.07 * u - 0.23 * v) + Math.Sin(0.17 * v + 0.0031 * u * v);
                pixels[y * width + x] = (byte)Math.Round(128 + 40 * value);
            }

        return new LumaImage(width, height, pixels);
    }

    private static LumaImage Noise(int width, int height, int seed)
    {
        var pixels = new byte[width * height];
#pragma warning disable CA5394 // test noise, no secret
        new Random(seed).NextBytes(pixels);
#pragma warning restore CA5394
        return new LumaImage(width, height, pixels);
    }

    private static (double Dx, double Dy) MeanOfInside(FlowField flow, int border)
    {
        double dx = 0, dy = 0;
        var count = 0;
        for (var y = border; y < flow.Height - border; y++)
            for (var x = border; x < flow.Width - border; x++, count++)
                (dx, dy) = (dx + flow[x, y].Dx, dy + flow[x, y].Dy);
        return (dx / count, dy / count);
    }
}
