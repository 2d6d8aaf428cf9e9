using Shouldly;
using VideoStyle.Judging;
using VideoStyle.Native;
using VideoStyle.Networks.Arbitrary;

namespace VideoStyle.Training.Tests.Judging;

/// <summary>Each number of the judge, on images where it is known.</summary>
public sealed class StyleMeterTests : IDisposable
{
    private const int Height = 136;
    private const int Width = 200;

    private readonly TempFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly ConvolutionChain _encoder;

    public StyleMeterTests() => _encoder = VggEncoder.Load(RandomEncoder.Write(_folder["SE5.safetensors"]), VggEncoder.ToRelu51, CPU, ScalarType.Float32);

    public void Dispose()
    {
        _encoder.Dispose();
        _scope.Dispose();
        _folder.Dispose();
    }

    [NativeFact(NativeUnits.Kernels)]
    public void Score_OfTheStyleImageItself_IsNoneInStyleAndColor()
    {
        var style = Strokes(1);
        using var meter = new StyleMeter(_encoder, style);

        var score = meter.Score(style, Strokes(2), isPortrait: false);

        score.Style.ShouldBe(0, 1e-5);
        score.Sizes.Count.ShouldBe(4);
        score.Color.ShouldBe(0, 1e-5);
        score.Content.ShouldBeGreaterThan(0.01);
    }

    [NativeFact(NativeUnits.Kernels)]
    public void Score_OfThePhotoItself_IsNoneInContentAndMostInStyle()
    {
        var (style, photo) = (Strokes(1), Smooth(2));
        using var meter = new StyleMeter(_encoder, style);

        var scores = new[] { 0, 0.3, 0.6, 1 }.Select(share => meter.Score(photo * (1 - share) + style * share, photo, isPortrait: true)).ToList();

        scores[0].Content.ShouldBe(0, 1e-9);
        scores[0].Face.ShouldBe(scores[0].Content);
        scores.Select(s => s.Style).ShouldBeInOrder(SortDirection.Descending);
        scores.Select(s => s.Color).ShouldBeInOrder(SortDirection.Descending);
        scores.Select(s => s.Content).ShouldBeInOrder(SortDirection.Ascending);
    }

    /// <summary>Strokes in another order are nearly the same style at full size; what they make up shows when they are small.</summary>
    [NativeFact(NativeUnits.Kernels)]
    public void Score_OfTheSameStrokesWithoutTheComposition_IsFartherAtTheSmallestSize()
    {
        var waves = sin(linspace(0, 20, Width)).reshape(1, 1, 1, Width) * 0.1;
        using var meter = new StyleMeter(_encoder, Strokes(1) + waves);

        var sizes = meter.Score(Strokes(2), Strokes(3), isPortrait: false).Sizes;

        sizes[3].ShouldBeGreaterThan(2 * sizes[0]);
    }

    [NativeFact(NativeUnits.Kernels)]
    public void Score_OfAFlatPhoto_SeesAWeaveAndNotANoise()
    {
        manual_seed(5);
        var (style, wall) = (rand(1, 3, Height, Width), full([1, 3, Height, Width], 0.5f));
        using var meter = new StyleMeter(_encoder, style);

        meter.Score(wall + rand(1, 3, Height, Width) * 0.2, wall, isPortrait: false).Weave!.Value.ShouldBe(1, 0.3);
        meter.Score(wall + rand(1, 3, 8, 8).repeat(1, 1, 17, 25) * 0.2, wall, isPortrait: false).Weave!.Value.ShouldBeGreaterThan(40);
        meter.Score(wall, wall, isPortrait: false).Weave.ShouldBe(0);
    }

    [NativeFact(NativeUnits.Kernels)]
    public void Score_OfAPhotoWithoutFlatAreas_HasNoWeave()
    {
        var photo = Strokes(3);
        using var meter = new StyleMeter(_encoder, Strokes(1));

        var score = meter.Score(photo, photo, isPortrait: false);

        score.Weave.ShouldBeNull();
        score.Face.ShouldBeNull();
        StyleScore.Average([score, score with { Weave = 3, Face = 0.5, Style = score.Style + 2 }]).ShouldSatisfyAllConditions(
            mean => mean.Weave.ShouldBe(3),
            mean => mean.Face.ShouldBe(0.5),
            mean => mean.Style.ShouldBe(score.Style + 1, 1e-9)
        );
    }

    private static Tensor Strokes(long seed)
    {
        manual_seed(seed);
        return rand(1, 3, Height, Width);
    }

    private static Tensor Smooth(long seed) => F.avg_pool2d(F.pad(Strokes(seed), [8, 8, 8, 8], PaddingModes.Reflect), 17, stride: 1) * 0.6;
}
