using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Native.Vision;
using Xunit;

namespace VideoStyle.Native.Tests.Vision;

public sealed class OpenCvFlowRefineTests
{
    private const int Width = 160;
    private const int Height = 96;
    private const int Side = 28;
    private const int Left = 20;
    private const int Top = 34;
    private const int Shift = 90;

    [NativeFact(NativeUnits.Vision)]
    public void Refine_FromTheTruthOfASmallFastObject_StaysThere_WhereAloneItIsLost()
    {
        var (first, second) = (Scene(Left), Scene(Left + Shift));
        using var flow = OpenCvFlow.Create(FlowMethod.DisMedium);
        var vectors = new float[2 * Width * Height];
        for (var i = 0; i < Width * Height; i++)
            vectors[2 * i] = IsObject(i, Left) ? Shift - 0.5f : 0;
        flow.Refine(first, second, vectors);

        var refined = Error(vectors);
        var alone = Error(flow.Estimate(first, second).Vectors);
        refined.ShouldBeLessThan(2);
        alone.ShouldBeGreaterThan(10);
    }

    [NativeTheory(NativeUnits.Vision)]
    [InlineData(1, 1)]
    [InlineData(20, 37)]
    public void Refine_SmallImagesAndAFlowThatIsNoNumber_GivesFiniteVectors(int width, int height)
    {
        LumaImage image = new(width, height, [.. Enumerable.Range(0, width * height).Select(i => (byte)(i * 31))]);
        var vectors = new float[2 * width * height];
        Array.Fill(vectors, float.NaN);
        using var flow = OpenCvFlow.Create(FlowMethod.DisMedium);
        flow.Refine(image, image, vectors);
        vectors.ShouldAllBe(v => float.IsFinite(v));
    }

    [NativeFact(NativeUnits.Vision)]
    public void Refine_ByFarneback_IsRefused()
    {
        using var flow = OpenCvFlow.Create(FlowMethod.Farneback);
        Should.Throw<VideoStyleException>(() => flow.Refine(Scene(0), Scene(1), new float[2 * Width * Height])).Kind.ShouldBe(ErrorKind.Internal);
    }

    /// <summary>Noise, and before it a square of other noise with its left edge at a column.</summary>
    private static LumaImage Scene(int left)
    {
        var random = new Random(1);
        var (around, inside, pixels) = (new byte[Width * Height], new byte[Side * Side], new byte[Width * Height]);
        random.NextBytes(around);
        random.NextBytes(inside);
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = IsObject(i, left) ? inside[(i / Width - Top) * Side + i % Width - left] : around[i];
        return new LumaImage(Width, Height, pixels);
    }

    private static bool IsObject(int pixel, int left) =>
        pixel % Width >= left && pixel % Width < left + Side && pixel / Width >= Top && pixel / Width < Top + Side;

    /// <summary>The mean error within the square, 8 pixels from its border.</summary>
    private static double Error(float[] vectors)
    {
        var errors = new List<double>();
        for (var y = Top + 8; y < Top + Side - 8; y++)
        {
            for (var x = Left + 8; x < Left + Side - 8; x++)
                errors.Add(Math.Sqrt(Math.Pow(vectors[2 * (y * Width + x)] - Shift, 2) + Math.Pow(vectors[2 * (y * Width + x) + 1], 2)));
        }

        return errors.Average();
    }
}
