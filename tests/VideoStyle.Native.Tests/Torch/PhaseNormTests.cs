using Shouldly;
using VideoStyle.Native;
using VideoStyle.Native.Torch;
using Xunit;

namespace VideoStyle.Tests.Torch;

/// <summary>The folded enlargement against enlarging and convolving in the plain way.</summary>
public sealed class PhaseNormTests
{
    [NativeTheory(NativeUnits.Kernels)]
    [InlineData(1, 8, 16, 5, 7, true, 1, false)]
    [InlineData(2, 3, 5, 6, 4, true, 1, true)]
    [InlineData(1, 16, 32, 9, 11, false, 4, false)]
    [InlineData(1, 4, 3, 1, 1, true, 1, true)]
    public void PhaseNorm_AnySize_EqualsEnlargingFirst(long count, long input, long output, long height, long width, bool relu, int pad, bool edge)
    {
        using var scope = new TensorScope();
        using var noGrad = LibTorch.NoGrad();
        LibTorch.ManualSeed(3);
        var x = Tensor.Randn(count, input, height, width);
        var kernel = Tensor.Randn(output, input, 3, 3);
        var (weight, bias) = (Tensor.Rand(output) + 0.5, Tensor.Randn(output));
        var bordered = new AtenOperator("aten::replication_pad2d").Call(x, new long[] { 1, 1, 1, 1 }).Contiguous(MemoryFormat.ChannelsLast);

        var y = Functional.PhaseNorm(Functional.Conv2d(bordered, Functional.PhaseWeight(kernel), bias: null), weight, bias, relu, pad, edge);

        var enlarged = Functional.ReflectionPad2d(Functional.UpsampleNearest(x, 2), 1);
        var convolved = Functional.Conv2d(enlarged, kernel, bias: null).Contiguous(MemoryFormat.ChannelsLast);
        var expected = Functional.InstanceNorm(convolved, weight, bias, relu: relu, pad: pad, edge: edge);
        y.Shape.ShouldBe(expected.Shape);
        (y - expected).Abs().ToArray<float>().Max().ShouldBeLessThan(2e-4f);
    }

    [NativeFact(NativeUnits.Kernels)]
    public void PhaseNorm_WithStatisticsOfTheWhole_NormalisesAPartAsTheWhole()
    {
        using var scope = new TensorScope();
        using var noGrad = LibTorch.NoGrad();
        LibTorch.ManualSeed(4);
        var x = Tensor.Randn(1, 32, 20, 15).Contiguous(MemoryFormat.ChannelsLast);
        var (weight, bias, statistics) = (Tensor.Rand(8) + 0.5, Tensor.Randn(8), Tensor.Zeros(2, 8));

        var whole = Functional.PhaseNorm(x, weight, bias, relu: false, pad: 0, edge: false, statistics);
        var rows = x.Narrow(2, 4, 7).Contiguous(MemoryFormat.ChannelsLast);
        var part = Functional.PhaseNorm(rows, weight, bias, relu: false, pad: 0, edge: false, statistics, given: true);

        part.ToArray<float>().ShouldBe(whole.Narrow(2, 8, 12).Contiguous(MemoryFormat.ChannelsLast).ToArray<float>());
    }
}
