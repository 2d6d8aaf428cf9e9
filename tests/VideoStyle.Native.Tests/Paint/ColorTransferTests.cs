using Shouldly;
using VideoStyle.Native;
using VideoStyle.Native.Torch;
using VideoStyle.Networks.Paint;

namespace VideoStyle.Tests.Paint;

public sealed class ColorTransferTests
{
    [NativeFact(NativeUnits.Kernels)]
    public void MatchColors_GivesTheMeanAndTheCovarianceOfThePicture()
    {
        using var scope = new TensorScope();
        LibTorch.ManualSeed(1);
        // Narrow enough that nothing is clipped.
        var style = Tensor.Rand(1, 3, 40, 50) * 0.3 + 0.2;
        style = Tensor.Cat([style.Narrow(1, 0, 1), style.Narrow(1, 1, 1) * 0.5 + style.Narrow(1, 0, 1) * 0.5, style.Narrow(1, 2, 1)], 1);
        var content = Tensor.Rand(1, 3, 30, 30) * 0.2 + 0.4;
        content = Tensor.Cat([content.Narrow(1, 0, 2), content.Narrow(1, 0, 1) * 0.8 + content.Narrow(1, 2, 1) * 0.2], 1);
        var matched = ColorTransfer.MatchColors(style, content);
        foreach (var (a, b) in Statistics(matched).Zip(Statistics(content)))
            a.ShouldBe(b, 1e-4);
    }

    [NativeFact(NativeUnits.Kernels)]
    public void KeepChroma_KeepsIAndQAndTakesTheBrightness()
    {
        using var scope = new TensorScope();
        LibTorch.ManualSeed(2);
        var (content, painted) = (Tensor.Rand(1, 3, 8, 9) * 0.2 + 0.4, Tensor.Rand(1, 3, 8, 9) * 0.4 + 0.3);
        var kept = ColorTransfer.KeepChroma(painted, content);
        Largest(ColorTransfer.Grey(kept) - ColorTransfer.Grey(painted)).ShouldBeLessThan(1e-5);
        foreach (var (a, b) in new[] { (0, 1), (1, 2) })
        {
            var difference = (kept.Narrow(1, a, 1) - kept.Narrow(1, b, 1)) - (content.Narrow(1, a, 1) - content.Narrow(1, b, 1));
            Largest(difference).ShouldBeLessThan(1e-5);
        }
    }

    [NativeFact(NativeUnits.Kernels)]
    public void MatchLuminance_GivesGreyWithThePicturesMeanAndDeviation()
    {
        using var scope = new TensorScope();
        LibTorch.ManualSeed(3);
        var (style, content) = (Tensor.Rand(1, 3, 40, 40), Tensor.Rand(1, 3, 20, 20) * 0.3 + 0.3);
        var matched = ColorTransfer.MatchLuminance(style, content);
        Largest(matched - ColorTransfer.Grey(matched)).ShouldBeLessThan(1e-5);
        var (a, b) = (matched.Narrow(1, 0, 1), ColorTransfer.Grey(content).Narrow(1, 0, 1));
        a.Mean().Item().ShouldBe(b.Mean().Item(), 1e-3);
        (a - a.Mean().Item()).Pow(2).Mean().Item().ShouldBe((b - b.Mean().Item()).Pow(2).Mean().Item(), 1e-4);
    }

    [NativeFact(NativeUnits.Kernels)]
    public void Trim_BlackFrame_IsCutOffAndADarkPaintingIsNot()
    {
        using var scope = new TensorScope();
        LibTorch.ManualSeed(4);
        var painting = (Tensor.Rand(1, 3, 200, 300) * 150 + 50).To(ScalarType.UInt8);
        ScanFrame.Trim(painting).Shape.ShouldBe([1, 3, 200, 300]);
        var framed = Functional.ZeroPad2d(painting, 9, 0, 4, 6);
        var trimmed = ScanFrame.Trim(framed).Shape;
        trimmed[2].ShouldBeInRange(200 - 3, 200);
        trimmed[3].ShouldBeInRange(300 - 3, 300);
        ScanFrame.Trim(Tensor.Zeros(1, 3, 200, 300).To(ScalarType.UInt8)).Shape.ShouldBe([1, 3, 178, 266]);
    }

    private static double[] Statistics(Tensor picture)
    {
        var mean = picture.Mean(2, 3);
        var (gram, _) = Functional.Gram(picture, mean.Select(0, 0));
        return [.. mean.ToArray<double>(), .. gram.ToArray<double>()];
    }

    private static double Largest(Tensor t) => t.Abs().ToArray<double>().Max();
}
