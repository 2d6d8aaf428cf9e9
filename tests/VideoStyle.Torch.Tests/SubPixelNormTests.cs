using Shouldly;
using VideoStyle.Native;
using VideoStyle.Torch.Operators;
using VideoStyle.Torch.Tensors;
using Xunit;

namespace VideoStyle.Torch.Tests;

/// <summary>The folded enlargement against enlarging and convolving in the plain way.</summary>
public sealed class SubPixelNormTests
{
    [NativeTheory(NativeUnits.Kernels)]
    [InlineData(1, 8, 16, 5, 7, true, 1, false)]
    [InlineData(2, 3, 5, 6, 4, true, 1, true)]
    [InlineData(1, 16, 32, 9, 11, false, 4, false)]
    [InlineData(1, 4, 3, 1, 1, true, 1, true)]
    public void SubPixelNorm_AnySize_EqualsEnlargingFirst(long count, long input, long output, long height, long width, bool relu, int pad, bool edge)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        manual_seed(3);
        var x = randn(count, input, height, width);
        var kernel = randn(output, input, 3, 3);
        var (weight, bias) = (rand(output) + 0.5, randn(output));
        var bordered = F.pad(x, [1, 1, 1, 1], PaddingModes.Replicate).ToChannelsLast();

        var y = NormKernels.SubPixelNorm(F.conv2d(bordered, SubPixelConvolution.Weight(kernel)), weight, bias, relu, pad, edge);

        var enlarged = Sampling.ReflectionPad(F.interpolate(x, scale_factor: [2, 2]), 1);
        var convolved = F.conv2d(enlarged, kernel).ToChannelsLast();
        var expected = NormKernels.InstanceNorm(convolved, weight, bias, relu: relu, pad: pad, edge: edge);
        y.shape.ShouldBe(expected.shape);
        (y - expected).abs().ToArray<float>().Max().ShouldBeLessThan(2e-4f);
    }

    [NativeFact(NativeUnits.Kernels)]
    public void SubPixelNorm_WithStatisticsOfTheWhole_NormalisesAPartAsTheWhole()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        manual_seed(4);
        var x = randn(1, 32, 20, 15).ToChannelsLast();
        var (weight, bias, statistics) = (rand(8) + 0.5, randn(8), new float[16]);

        var whole = NormKernels.SubPixelNorm(x, weight, bias, relu: false, pad: 0, edge: false, statistics);
        var rows = x.narrow(2, 4, 7).ToChannelsLast();
        var part = NormKernels.SubPixelNorm(rows, weight, bias, relu: false, pad: 0, edge: false, statistics, given: true);

        part.ToArray<float>().ShouldBe(whole.narrow(2, 8, 12).ToChannelsLast().ToArray<float>());
    }
}
