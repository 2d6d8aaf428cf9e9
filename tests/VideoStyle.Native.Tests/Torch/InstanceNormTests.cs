using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Native;
using VideoStyle.Native.Torch;
using Xunit;

namespace VideoStyle.Tests.Torch;

/// <summary>The own kernel against libtorch's plain operators in double precision.</summary>
public sealed class InstanceNormTests
{
    private static readonly AtenOperator PlainNorm = new("aten::instance_norm");

    [NativeTheory(NativeUnits.Kernels)]
    [InlineCases]
    public void Forward_EveryKindOfCall_EqualsDoubleReference(NormCase c)
    {
        using var scope = new TensorScope();
        LibTorch.ManualSeed(7);
        var (x, weight, bias, residual) = Inputs(c);
        var type = c.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
        var typed = x.To(type).Contiguous(MemoryFormat.ChannelsLast);
        var typedResidual = c.Residual ? Padded(residual, type) : null;

        var y = Functional.InstanceNorm(typed, weight, bias, typedResidual, c.Relu, c.Scale, c.Pad);

        // The reference gets what the kernel got: the same values after rounding to its kind of number.
        var expected = Reference(typed.To(ScalarType.Float64), weight, bias, typedResidual?.To(ScalarType.Float64), c);
        y.Shape.ShouldBe(expected.Shape);
        var scale = expected.Abs().Mean().Item();
        var worst = (y.To(ScalarType.Float64) - expected).Abs().ToArray<double>().Max() / scale;
        // bfloat16 keeps 8 bits: half a unit in the last place of values up to 8 times the mean is 8/512.
        worst.ShouldBeLessThan(c.BFloat16 ? 0.05 : 2e-5);
    }

    [NativeTheory(NativeUnits.Kernels)]
    [InlineCases]
    public void Backward_EveryKindOfCall_EqualsDoubleReference(NormCase c)
    {
        if (c.BFloat16)
            return; // its gradient is libtorch's
        using var scope = new TensorScope();
        LibTorch.ManualSeed(8);
        var (x, weight, bias, residual) = Inputs(c);
        var g = Tensor.Randn(c.Count, c.Channels, c.Height * c.Scale + 2 * c.Pad, c.Width * c.Scale + 2 * c.Pad);

        var single = Gradients(x, weight, bias, residual, g, c, ScalarType.Float32);
        var exact = Gradients(x, weight, bias, residual, g, c, ScalarType.Float64);

        for (var i = 0; i < exact.Length; i++)
        {
            var scale = exact[i].Abs().Mean().Item() + 1e-6;
            (single[i].To(ScalarType.Float64) - exact[i]).Abs().ToArray<double>().Max().ShouldBeLessThan(2e-4 * scale, $"gradient {i}");
        }
    }

    [NativeFact(NativeUnits.Kernels)]
    public void Forward_MeanFarAboveTheDeviation_KeepsItsPrecision()
    {
        using var scope = new TensorScope();
        LibTorch.ManualSeed(9);
        var x = (Tensor.Randn(1, 16, 64, 64) + 4000).Contiguous(MemoryFormat.ChannelsLast);
        var ones = Tensor.Zeros(16) + 1;
        var y = Functional.InstanceNorm(x, ones, Tensor.Zeros(16));
        var expected = PlainNorm.Call(x.To(ScalarType.Float64), Argument.None, Argument.None, Argument.None, Argument.None, true, 0.1, 1e-5, false);
        (y.To(ScalarType.Float64) - expected).Abs().ToArray<double>().Max().ShouldBeLessThan(2e-3); // 4000 has 2.4e-4 steps
    }

    [NativeFact(NativeUnits.Kernels)]
    public void Forward_WithStatisticsOfTheWhole_NormalisesAPartAsTheWhole()
    {
        using var scope = new TensorScope();
        using var noGrad = LibTorch.NoGrad();
        LibTorch.ManualSeed(11);
        var x = Tensor.Randn(1, 12, 31, 27).Contiguous(MemoryFormat.ChannelsLast);
        var (weight, bias, statistics) = (Tensor.Randn(12), Tensor.Randn(12), Tensor.Zeros(2, 12));

        var whole = Functional.InstanceNorm(x, weight, bias, relu: true, statistics: statistics);
        var part = Functional.InstanceNorm(x.Narrow(2, 5, 9).Contiguous(MemoryFormat.ChannelsLast), weight, bias, relu: true, statistics: statistics, given: true);

        whole.ToArray<float>().ShouldBe(Functional.InstanceNorm(x, weight, bias, relu: true).ToArray<float>());
        part.ToArray<float>().ShouldBe(whole.Narrow(2, 5, 9).Contiguous(MemoryFormat.ChannelsLast).ToArray<float>());
        var mean = x.To(ScalarType.Float64).Reshape(12, 31 * 27).Mean(1).ToArray<double>();
        statistics.Narrow(0, 0, 1).ToArray<float>().Zip(mean, (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThan(1e-6);
    }

    [NativeTheory(NativeUnits.Kernels)]
    [InlineData(2, 11, 1)]
    [InlineData(3, 12, 1)]
    [InlineData(2, 12, 2)]
    public void Forward_StatisticsThatDoNotFit_IsRefused(int rows, int channels, int pictures)
    {
        using var scope = new TensorScope();
        using var noGrad = LibTorch.NoGrad();
        var x = Tensor.Randn(pictures, 12, 5, 6).Contiguous(MemoryFormat.ChannelsLast);

        Should.Throw<VideoStyleException>(() =>
            Functional.InstanceNorm(x, Tensor.Zeros(12), Tensor.Zeros(12), statistics: Tensor.Zeros(rows, channels), given: true));
    }

    [NativeTheory(NativeUnits.Kernels)]
    [InlineData(14, 14, 48, 48, 3, 1)]
    [InlineData(13, 90, 24, 48, 3, 2)]
    [InlineData(3, 3, 5, 7, 3, 1)]
    [InlineData(60, 70, 16, 12, 4, 2)]
    public void ConvolveInside_FewPixels_EqualsConv2d(int height, int width, int input, int output, int size, int stride)
    {
        using var scope = new TensorScope();
        using var noGrad = LibTorch.NoGrad();
        LibTorch.ManualSeed(12);
        var x = Tensor.Randn(1, input, height, width).Contiguous(MemoryFormat.ChannelsLast);
        var (weight, bias) = (Tensor.Randn(output, input, size, size).Contiguous(MemoryFormat.ChannelsLast), Tensor.Randn(output));

        var y = Functional.ConvolveInside(x, weight, bias, stride);

        var expected = Functional.Conv2d(x.To(ScalarType.Float64), weight.To(ScalarType.Float64), bias.To(ScalarType.Float64), stride);
        y.Shape.ShouldBe(expected.Shape);
        (y.To(ScalarType.Float64) - expected).Abs().ToArray<double>().Max().ShouldBeLessThan(1e-5 * input * size * size);
    }

    [NativeFact(NativeUnits.Kernels)]
    public void Forward_AnyNumberOfThreads_GivesTheSameBits()
    {
        using var scope = new TensorScope();
        LibTorch.ManualSeed(10);
        var x = Tensor.Randn(1, 32, 301, 257).Contiguous(MemoryFormat.ChannelsLast);
        var (weight, bias) = (Tensor.Randn(32), Tensor.Randn(32));
        LibTorch.SetThreads(1);
        var one = Functional.InstanceNorm(x, weight, bias, relu: true, pad: 1).ToArray<float>();
        LibTorch.SetThreads(3);
        var three = Functional.InstanceNorm(x, weight, bias, relu: true, pad: 1).ToArray<float>();
        LibTorch.SetThreads(1);
        three.ShouldBe(one);
    }

    private static (Tensor X, Tensor Weight, Tensor Bias, Tensor Residual) Inputs(NormCase c) =>
        (
            Tensor.Randn(c.Count, c.Channels, c.Height, c.Width) * 2 + Tensor.Randn(1, c.Channels, 1, 1) * 3,
            Tensor.Rand(c.Channels) + 0.5,
            Tensor.Randn(c.Channels),
            Tensor.Randn(c.Count, c.Channels, c.Height, c.Width)
        );

    private static Tensor[] Gradients(Tensor x, Tensor weight, Tensor bias, Tensor residual, Tensor g, NormCase c, ScalarType type)
    {
        Tensor[] leaves = [Leaf(x), Leaf(weight), Leaf(bias), Leaf(residual)];
        // In double the native operator falls back to libtorch's own, whose gradients are the reference.
        var y = Functional.InstanceNorm(
            leaves[0].Contiguous(MemoryFormat.ChannelsLast),
            leaves[1],
            leaves[2],
            c.Residual ? leaves[3] : null,
            c.Relu,
            c.Scale,
            c.Pad
        );
        (y * g.To(type)).Sum().Backward();
        return [.. leaves[..(c.Residual ? 4 : 3)].Select(leaf => leaf.Grad!)];

        Tensor Leaf(Tensor t) => t.To(type).Clone().Detach().RequiresGrad_();
    }

    /// <summary>The residual as a view into a padded picture, as the networks hand it over.</summary>
    private static Tensor Padded(Tensor residual, ScalarType type)
    {
        var (height, width) = (residual.Size(2), residual.Size(3));
        if (height < 2 || width < 2)
            return residual.To(type);
        var padded = Functional.ReflectionPad2d(residual, 1).To(type).Contiguous(MemoryFormat.ChannelsLast);
        return padded.Narrow(2, 1, height).Narrow(3, 1, width);
    }

    private static Tensor Reference(Tensor x, Tensor weight, Tensor bias, Tensor? residual, NormCase c)
    {
        var (w, b) = (weight.To(ScalarType.Float64), bias.To(ScalarType.Float64));
        var y = PlainNorm.Call(x, w, b, Argument.None, Argument.None, true, 0.1, 1e-5, false);
        if (c.Relu)
            y = Functional.Relu(y);
        if (residual is not null)
            y += residual;
        if (c.Scale > 1)
            y = Functional.UpsampleNearest(y, c.Scale);
        return c.Pad > 0 ? Functional.ReflectionPad2d(y, c.Pad) : y;
    }
}
