using Shouldly;
using VideoStyle.Native;
using VideoStyle.Networks.Loss;

namespace VideoStyle.Training.Tests;

public sealed class MultiScaleStyleTests
{
    /// <summary>At each size the loss is that of pictures that were averaged by hand.</summary>
    [NativeFact(NativeUnits.Kernels)]
    public void Distance_AtASmallerSize_IsThatOfAveragedPictures()
    {
        using var scope = NewDisposeScope();
        using var vgg = TinyVgg.Load(ScalarType.Float64);
        var (style, other) = (Picture(64, 80, 1), Picture(48, 64, 2));
        using var scales = MultiScaleStyle.Measure(vgg, [(style, 1)], 3);
        using var quarter = StyleTarget.Measure(vgg, [(Average(Average(style)), 1)]);

        scales.Scales.ShouldBe(3);
        var features = vgg.Features(MultiScaleStyle.Halve(other, 2));
        var expected = vgg.Features(Average(Average(other)));
        for (var i = 0; i < LossNetwork.Layers; i++)
            scales[2].Distance(features[i], i, GramKind.Shifted).ToDouble().ShouldBe(quarter.Distance(expected[i], i, GramKind.Shifted).ToDouble(), 1e-9);
    }

    /// <summary>A texture of the size of pixels has no say in the colors, which are those of strokes.</summary>
    [NativeFact(NativeUnits.Kernels)]
    public void Colors_OfAPictureWithFineNoise_AreThoseOfItsStrokes()
    {
        using var scope = NewDisposeScope();
        using var vgg = TinyVgg.Load(ScalarType.Float64);
        var strokes = Picture(16, 16, 3).repeat_interleave(4, 2).repeat_interleave(4, 3);
        using var style = MultiScaleStyle.Measure(vgg, [(strokes, 1)], 1);
        var checkers = (arange(64).unsqueeze(0) + arange(64).unsqueeze(1)).remainder(2).to(ScalarType.Float64) - 0.5;

        style.Colors(strokes + checkers * 0.3).ToDouble().ShouldBe(0, 1e-9);
        style.Colors(strokes * 0.5).ToDouble().ShouldBeGreaterThan(0.2);
    }

    private static Tensor Average(Tensor x)
    {
        var (even, odd) = (x.index_select(2, arange(0, x.size(2), 2)), x.index_select(2, arange(1, x.size(2), 2)));
        var rows = (even + odd) / 2;
        return (rows.index_select(3, arange(0, x.size(3), 2)) + rows.index_select(3, arange(1, x.size(3), 2))) / 2;
    }

    private static Tensor Picture(int height, int width, long seed)
    {
        manual_seed(seed);
        return rand(1, 3, height, width).to(ScalarType.Float64);
    }
}
