using Shouldly;
using VideoStyle.Native;
using VideoStyle.Networks.Color;
using VideoStyle.Networks.Loss;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Networks.Tests.Color;

public sealed class ColorTransferTests
{
    [NativeFact(NativeUnits.Kernels)]
    public void MatchColors_GivesTheMeanAndTheCovarianceOfTheContent()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        // Narrow enough that nothing is clipped.
        var style = rand(1, 3, 40, 50) * 0.3 + 0.2;
        style = cat([style.narrow(1, 0, 1), style.narrow(1, 1, 1) * 0.5 + style.narrow(1, 0, 1) * 0.5, style.narrow(1, 2, 1)], 1);
        var content = rand(1, 3, 30, 30) * 0.2 + 0.4;
        content = cat([content.narrow(1, 0, 2), content.narrow(1, 0, 1) * 0.8 + content.narrow(1, 2, 1) * 0.2], 1);
        var matched = ColorTransfer.MatchColors(style, content);
        foreach (var (a, b) in Statistics(matched).Zip(Statistics(content)))
            a.ShouldBe(b, 1e-4);
    }

    [NativeFact(NativeUnits.Kernels)]
    public void KeepChroma_KeepsIAndQAndTakesTheLuminance()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        var (content, stylized) = (rand(1, 3, 8, 9) * 0.2 + 0.4, rand(1, 3, 8, 9) * 0.4 + 0.3);
        var kept = ColorTransfer.KeepChroma(stylized, content);
        Largest(ColorTransfer.Grayscale(kept) - ColorTransfer.Grayscale(stylized)).ShouldBeLessThan(1e-5);
        foreach (var (a, b) in new[] { (0, 1), (1, 2) })
        {
            var difference = (kept.narrow(1, a, 1) - kept.narrow(1, b, 1)) - (content.narrow(1, a, 1) - content.narrow(1, b, 1));
            Largest(difference).ShouldBeLessThan(1e-5);
        }
    }

    [NativeFact(NativeUnits.Kernels)]
    public void MatchLuminance_GivesGrayscaleWithTheContentsMeanAndDeviation()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var (style, content) = (rand(1, 3, 40, 40), rand(1, 3, 20, 20) * 0.3 + 0.3);
        var matched = ColorTransfer.MatchLuminance(style, content);
        Largest(matched - ColorTransfer.Grayscale(matched)).ShouldBeLessThan(1e-5);
        var (a, b) = (matched.narrow(1, 0, 1), ColorTransfer.Grayscale(content).narrow(1, 0, 1));
        a.mean().ToDouble().ShouldBe(b.mean().ToDouble(), 1e-3);
        (a - a.mean().ToDouble()).pow(2).mean().ToDouble().ShouldBe((b - b.mean().ToDouble()).pow(2).mean().ToDouble(), 1e-4);
    }

    private static double[] Statistics(Tensor image)
    {
        var mean = image.mean([2, 3]);
        var (gram, _) = GramStatistics.Of(image, mean.select(0, 0));
        return [.. mean.ToArray<double>(), .. gram.ToArray<double>()];
    }

    private static double Largest(Tensor t) => t.abs().ToArray<double>().Max();
}
