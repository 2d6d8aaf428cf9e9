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
    private const int Period = 16;
    private const int Shift = 20;

    // A pattern that moved by 20 pixels looks as if it had moved by 4. The estimate comes last: OpenCV would remember the initial flow.
    [NativeFact(NativeUnits.Vision)]
    public void Refine_PatternThatRepeats_StaysAtTheGivenPeriod_WhereAloneItTakesTheNearest()
    {
        var (first, second) = (Pattern(0), Pattern(Shift));
        using var flow = OpenCvFlow.Create(FlowMethod.DisMedium);
        var vectors = new float[2 * Width * Height];
        for (var i = 0; i < Width * Height; i++)
            vectors[2 * i] = Shift - 0.5f;
        flow.Refine(first, second, vectors);

        MeanInside(vectors).ShouldBe(Shift, 0.5);
        MeanInside(flow.Estimate(first, second).Vectors).ShouldBe(Shift - Period, 0.5);
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
        Should.Throw<VideoStyleException>(() => flow.Refine(Pattern(0), Pattern(1), new float[2 * Width * Height])).Kind.ShouldBe(ErrorKind.Internal);
    }

    private static LumaImage Pattern(int shift) =>
        new(Width, Height, [.. Enumerable.Range(0, Width * Height).Select(i =>
            (byte)Math.Round(128 + 60 * Math.Sin(2 * Math.PI * (i % Width - shift) / Period) + 40 * Math.Sin(2 * Math.PI * (i / Width) / Period)))]);

    private static double MeanInside(float[] vectors) =>
        Enumerable.Range(0, Width * Height).Where(i => i % Width is > 40 and < 120 && i / Width is > 24 and < 72).Average(i => (double)vectors[2 * i]);
}
