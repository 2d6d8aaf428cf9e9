using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Native;
using Xunit;

namespace VideoStyle.Tests.KernelTests;

public sealed class ReluPadTests
{
    [NativeTheory(NativeUnits.Kernels)]
    [InlineData(true, 1, 1, KernelDtype.Float32, KernelDtype.Float32)]
    [InlineData(false, 1, 4, KernelDtype.Float32, KernelDtype.Float32)]
    [InlineData(true, 2, 1, KernelDtype.Float32, KernelDtype.BFloat16)]
    [InlineData(true, 2, 3, KernelDtype.BFloat16, KernelDtype.BFloat16)]
    [InlineData(true, 1, 0, KernelDtype.BFloat16, KernelDtype.Float32)]
    [InlineData(false, 3, 14, KernelDtype.Float32, KernelDtype.Float32)]
    public void ReluPad_AnyPicture_EqualsTheStepsInARow(bool relu, int scale, int pad, KernelDtype from, KernelDtype to)
    {
        foreach (var (count, channels, height, width) in new[] { (1, 3, 7, 5), (2, 64, 9, 33), (1, 24, 5, 6) })
        {
            using var x = TestPictures.Random(1, count, channels, height, width, from);
            using var y = new TestPictures(count, channels, height * scale + 2 * pad, width * scale + 2 * pad, to);

            Kernels.ReluPad(x.View, relu, scale, pad, y.View);

            var expected = Planar.Pad(Planar.Upsample(relu ? Planar.Relu(x.ToArray()) : x.ToArray(), scale), pad, edge: false);
            y.ShouldEqual(expected, tolerance: 0);
        }
    }

    [NativeTheory(NativeUnits.Kernels)]
    [InlineData(KernelDtype.Float32)]
    [InlineData(KernelDtype.BFloat16)]
    public void ReluPad_NotANumber_StaysOne(KernelDtype dtype)
    {
        using var x = new TestPictures(1, 1, 2, 2, dtype);
        (x[0, 0, 0, 0], x[0, 0, 0, 1], x[0, 0, 1, 0], x[0, 0, 1, 1]) = (double.NaN, -double.NaN, -1, 2);
        using var y = new TestPictures(1, 1, 2, 2, dtype);

        Kernels.ReluPad(x.View, relu: true, 1, 0, y.View);

        double.IsNaN(y[0, 0, 0, 0]).ShouldBeTrue();
        double.IsNaN(y[0, 0, 0, 1]).ShouldBeTrue();
        (y[0, 0, 1, 0], y[0, 0, 1, 1]).ShouldBe((0, 2));
    }

    [NativeTheory(NativeUnits.Kernels)]
    [InlineData(1, 3, 9, 10, KernelDtype.Float32)]
    [InlineData(0, 1, 2, 2, KernelDtype.Float32)]
    [InlineData(1, -1, 1, 2, KernelDtype.Float32)]
    [InlineData(1, 1, 6, 6, KernelDtype.Float32)]
    [InlineData(1, 1, 5, 6, KernelDtype.Float16)]
    [InlineData(long.MaxValue, 1, 5, 6, KernelDtype.Float32)]
    public void ReluPad_WhatDoesNotFit_IsRefusedAndNothingIsWritten(long scale, long pad, int height, int width, KernelDtype dtype)
    {
        using var x = TestPictures.Random(1, 1, 2, 3, 4);
        using var y = new TestPictures(1, 2, height, width, dtype);

        Should.Throw<VideoStyleException>(() => Kernels.ReluPad(x.View, relu: false, scale, pad, y.View)).Message.ShouldStartWith("vs_relu_pad: ");

        y.IsUntouched.ShouldBeTrue();
    }
}
