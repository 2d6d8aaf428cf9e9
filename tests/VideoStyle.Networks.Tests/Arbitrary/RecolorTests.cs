using Shouldly;
using VideoStyle.Networks.Arbitrary;
using VideoStyle.Networks.Color;
using VideoStyle.Networks.Weights;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Networks.Tests.Arbitrary;

public sealed class RecolorTests
{
    [NativeFact]
    public void Open_Recolor_NeedsNoFiles()
    {
        using var model = ArbitraryStyleMethod.Open("recolor", new WeightsStore(null, "/nowhere"), CPU, ScalarType.Float32);

        model.Name.ShouldBe("recolor");
    }

    [NativeFact]
    public void Stylize_Recolor_GivesMeanAndCovarianceOfTheStyleImage()
    {
        using var scope = NewDisposeScope();
        using RecolorModel model = new(CPU);
        var (frame, first, _) = Images();
        using var style = model.EncodeStyle(first);

        var stylized = model.Stylize(frame, new StyleBlend(style));

        var (mean, covariance) = ColorTransfer.Measure(stylized);
        var (expectedMean, expectedCovariance) = ColorTransfer.Measure(first);
        Largest(mean, expectedMean).ShouldBeLessThan(1e-4);
        Largest(covariance.Values, expectedCovariance.Values).ShouldBeLessThan(1e-4);
    }

    [NativeFact]
    public void Stylize_RecolorWithoutStrength_KeepsTheFrame()
    {
        using var scope = NewDisposeScope();
        using RecolorModel model = new(CPU);
        var (frame, first, _) = Images();
        using var style = model.EncodeStyle(first);

        var stylized = model.Stylize(frame, new StyleBlend(style, 0));

        stylized.ToArray<float>().ShouldBe(frame.ToArray<float>());
    }

    [NativeFact]
    public void Stylize_RecolorWithMaps_GivesEachPixelTheColorsOfItsStyle()
    {
        using var scope = NewDisposeScope();
        using RecolorModel model = new(CPU);
        var (frame, first, second) = Images();
        using var a = model.EncodeStyle(first);
        using var b = model.EncodeStyle(second);
        var left = cat([ones(1, 1, 20, 15), zeros(1, 1, 20, 15)], 3);

        var stylized = model.Stylize(frame, new StyleBlend([(a, 1, left), (b, 1, ones(1, 1, 20, 30) - left)], 1));

        var (alone, other) = (model.Stylize(frame, new StyleBlend(a)), model.Stylize(frame, new StyleBlend(b)));
        stylized.ToArray<float>().ShouldBe(cat([alone.narrow(3, 0, 15), other.narrow(3, 15, 15)], 3).ToArray<float>());
    }

    [NativeFact]
    public void Stylize_RecolorOfAFlatFrame_GivesTheMeanOfTheStyleImage()
    {
        using var scope = NewDisposeScope();
        using RecolorModel model = new(CPU);
        var (_, first, _) = Images();
        using var style = model.EncodeStyle(first);

        var stylized = model.Stylize((zeros(1, 3, 8, 8) + 0.25).ToChannelsLast(), new StyleBlend(style));

        Largest(stylized.mean([2, 3]).ToArray<double>(), ColorTransfer.Measure(first).Mean).ShouldBeLessThan(1e-3);
    }

    // Narrow enough that nothing would be clipped.
    private static (Tensor Frame, Tensor First, Tensor Second) Images()
    {
        manual_seed(7);
        var frame = rand(1, 3, 20, 30) * 0.4 + 0.3;
        frame = cat([frame.narrow(1, 0, 1), frame.narrow(1, 0, 1) * 0.5 + frame.narrow(1, 1, 1) * 0.5, frame.narrow(1, 2, 1)], 1);
        return (frame.ToChannelsLast(), rand(1, 3, 40, 50) * 0.2 + 0.1, rand(1, 3, 50, 40) * 0.3 + 0.6);
    }

    private static double Largest(double[] a, double[] b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Max();
}
