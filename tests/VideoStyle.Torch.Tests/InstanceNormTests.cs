using Shouldly;
using VideoStyle.Native;
using VideoStyle.Torch.Operators;
using VideoStyle.Torch.Runtime;
using VideoStyle.Torch.Tensors;
using Xunit;

namespace VideoStyle.Torch.Tests;

/// <summary>The own kernel against libtorch's plain operators in double precision.</summary>
public sealed class InstanceNormTests
{
    [NativeTheory(NativeUnits.Kernels)]
    [NormCases]
    public void Forward_EveryKindOfCall_EqualsDoubleReference(NormCase c)
    {
        using var scope = NewDisposeScope();
        manual_seed(7);
        var (x, weight, bias, residual) = Inputs(c);
        var type = c.Dtype == KernelDtype.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
        var typed = x.to(type).ToChannelsLast();
        var typedResidual = c.Residual ? Padded(residual, type) : null;

        var y = NormKernels.InstanceNorm(typed, weight, bias, typedResidual, c.Relu, c.Scale, c.Pad, c.Edge);

        // The reference gets what the kernel got: the same values after rounding to its kind of number.
        var expected = Reference(typed.to(ScalarType.Float64), weight, bias, typedResidual?.to(ScalarType.Float64), c);
        y.shape.ShouldBe(expected.shape);
        var scale = expected.abs().mean().ToDouble();
        var worst = (y.to(ScalarType.Float64) - expected).abs().ToArray<double>().Max() / scale;
        // bfloat16 keeps 8 bits: half a unit in the last place of values up to 8 times the mean is 8/512.
        worst.ShouldBeLessThan(c.Dtype == KernelDtype.BFloat16 ? 0.05 : 2e-5);
    }

    [NativeTheory(NativeUnits.Kernels)]
    [NormCases]
    public void Backward_EveryKindOfCall_EqualsDoubleReference(NormCase c)
    {
        if (c.Dtype == KernelDtype.BFloat16 || c.Edge)
            return; // the one's gradient is libtorch's, the other has none
        using var scope = NewDisposeScope();
        manual_seed(8);
        var (x, weight, bias, residual) = Inputs(c);
        var g = randn(c.Count, c.Channels, c.Height * c.Scale + 2 * c.Pad, c.Width * c.Scale + 2 * c.Pad);

        var single = Gradients(x, weight, bias, residual, g, c, ScalarType.Float32);
        var exact = Gradients(x, weight, bias, residual, g, c, ScalarType.Float64);

        for (var i = 0; i < exact.Length; i++)
        {
            var scale = exact[i].abs().mean().ToDouble() + 1e-6;
            (single[i].to(ScalarType.Float64) - exact[i]).abs().ToArray<double>().Max().ShouldBeLessThan(2e-4 * scale, $"gradient {i}");
        }
    }

    [NativeFact(NativeUnits.Kernels)]
    public void Forward_MeanFarAboveTheDeviation_KeepsItsPrecision()
    {
        using var scope = NewDisposeScope();
        manual_seed(9);
        var x = (randn(1, 16, 64, 64) + 4000).ToChannelsLast();
        var ones = zeros(16) + 1;
        var y = NormKernels.InstanceNorm(x, ones, zeros(16));
        var expected = F.instance_norm(x.to(ScalarType.Float64));
        (y.to(ScalarType.Float64) - expected).abs().ToArray<double>().Max().ShouldBeLessThan(2e-3); // 4000 has 2.4e-4 steps
    }

    [NativeFact(NativeUnits.Kernels)]
    public void Forward_WithStatisticsOfTheWhole_NormalisesAPartAsTheWhole()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        manual_seed(11);
        var x = randn(1, 12, 31, 27).ToChannelsLast();
        var (weight, bias, statistics) = (randn(12), randn(12), new float[24]);

        var whole = NormKernels.InstanceNorm(x, weight, bias, relu: true, statistics: statistics);
        var part = NormKernels.InstanceNorm(x.narrow(2, 5, 9).ToChannelsLast(), weight, bias, relu: true, statistics: statistics, given: true);

        whole.ToArray<float>().ShouldBe(NormKernels.InstanceNorm(x, weight, bias, relu: true).ToArray<float>());
        part.ToArray<float>().ShouldBe(whole.narrow(2, 5, 9).ToChannelsLast().ToArray<float>());
        var mean = x.to(ScalarType.Float64).reshape(12, 31 * 27).mean([1]).ToArray<double>();
        statistics.Zip(mean, (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThan(1e-6);
    }

    [NativeTheory(NativeUnits.Kernels)]
    [InlineData(22, 1)]
    [InlineData(36, 1)]
    [InlineData(24, 2)]
    public void Forward_StatisticsThatDoNotFit_IsRefused(int values, int pictures)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var x = randn(pictures, 12, 5, 6).ToChannelsLast();

        Should.Throw<ArgumentException>(() =>
            NormKernels.InstanceNorm(x, zeros(12), zeros(12), statistics: new float[values], given: true));
    }

    [NativeFact(NativeUnits.Kernels)]
    public void Forward_AnyNumberOfThreads_GivesTheSameBits()
    {
        using var scope = NewDisposeScope();
        manual_seed(10);
        var x = randn(1, 32, 301, 257).ToChannelsLast();
        var (weight, bias) = (randn(32), randn(32));
        TorchThreads.Set(1);
        var one = NormKernels.InstanceNorm(x, weight, bias, relu: true, pad: 1).ToArray<float>();
        TorchThreads.Set(3);
        var three = NormKernels.InstanceNorm(x, weight, bias, relu: true, pad: 1).ToArray<float>();
        TorchThreads.Set(1);
        three.ShouldBe(one);
    }

    private static (Tensor X, Tensor Weight, Tensor Bias, Tensor Residual) Inputs(NormCase c) =>
        (
            randn(c.Count, c.Channels, c.Height, c.Width) * 2 + randn(1, c.Channels, 1, 1) * 3,
            rand(c.Channels) + 0.5,
            randn(c.Channels),
            randn(c.Count, c.Channels, c.Height, c.Width)
        );

    private static Tensor[] Gradients(Tensor x, Tensor weight, Tensor bias, Tensor residual, Tensor g, NormCase c, ScalarType type)
    {
        Tensor[] leaves = [Leaf(x), Leaf(weight), Leaf(bias), Leaf(residual)];
        // In double the native operator falls back to libtorch's own, whose gradients are the reference.
        var y = NormKernels.InstanceNorm(
            leaves[0].ToChannelsLast(),
            leaves[1],
            leaves[2],
            c.Residual ? leaves[3] : null,
            c.Relu,
            c.Scale,
            c.Pad
        );
        Backpropagation.Run((y * g.to(type)).sum());
        return [.. leaves[..(c.Residual ? 4 : 3)].Select(leaf => leaf.grad!)];

        Tensor Leaf(Tensor t) => t.to(type).clone().detach().requires_grad_();
    }

    /// <summary>The residual as a view into a padded picture, as the networks hand it over.</summary>
    private static Tensor Padded(Tensor residual, ScalarType type)
    {
        var (height, width) = (residual.size(2), residual.size(3));
        if (height < 2 || width < 2)
            return residual.to(type);
        var padded = Sampling.ReflectionPad(residual, 1).to(type).ToChannelsLast();
        return padded.narrow(2, 1, height).narrow(3, 1, width);
    }

    private static Tensor Reference(Tensor x, Tensor weight, Tensor bias, Tensor? residual, NormCase c)
    {
        var (w, b) = (weight.to(ScalarType.Float64), bias.to(ScalarType.Float64));
        var y = F.instance_norm(x, weight: w, bias: b);
        if (c.Relu)
            y = F.relu(y);
        if (residual is not null)
            y += residual;
        if (c.Scale > 1)
            y = F.interpolate(y, scale_factor: [c.Scale, c.Scale]);
        return c.Edge ? F.pad(y, [c.Pad, c.Pad, c.Pad, c.Pad], PaddingModes.Replicate) : c.Pad > 0 ? Sampling.ReflectionPad(y, c.Pad) : y;
    }
}
