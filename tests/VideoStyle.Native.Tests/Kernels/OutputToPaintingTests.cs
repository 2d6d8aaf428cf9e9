using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Stylizers;
using Xunit;

namespace VideoStyle.Native.Tests.KernelTests;

public sealed unsafe class OutputToPaintingTests
{
    [NativeTheory(NativeUnits.Kernels)]
    [InlineData(1, 17, 11, true, KernelDtype.Float32)]
    [InlineData(2, 19, 23, true, KernelDtype.BFloat16)]
    [InlineData(3, 53, 37, false, KernelDtype.Float32)]
    [InlineData(4, 1, 1, false, KernelDtype.BFloat16)]
    public void OutputToPainting_CroppedInsideABlock_EqualsShuffleAndLuma(int block, int height, int width, bool sigmoid, KernelDtype dtype)
    {
        using var y = TestPictures.Random(1, 1, 3 * block * block, height / block + 2, width / block + 3, dtype);
        var scale = sigmoid ? 1f : 0.21f;
        var painting = new short[height * width * 4];

        Call(y.View, block, sigmoid, scale, painting, height, width);

        for (var i = 0; i < height * width; i++)
        {
            double[] rgb = [.. Enumerable.Range(0, 3).Select(colour => Colour(colour, i / width, i % width))];
            for (var colour = 0; colour < 3; colour++)
                ((double)painting[4 * i + colour]).ShouldBe(rgb[colour] * StylizedFrame.White, 0.55, $"colour {colour} of pixel {i}");
            // Half a unit of rounding for the colours, another for their luma, and up to 0.3 for factors in 1/32768.
            ((double)painting[4 * i + 3]).ShouldBe((0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2]) * StylizedFrame.White, 1.3);
        }

        double Colour(int colour, int row, int column)
        {
            var value = y[0, (colour * block + row % block) * block + column % block, row / block, column / block];
            return sigmoid ? 1 / (1 + Math.Exp(-value)) : Math.Clamp(value * scale, 0, 1);
        }
    }

    [NativeFact(NativeUnits.Kernels)]
    public void OutputToPainting_ExtremesAndNotANumber_AreCutOff()
    {
        using var y = new TestPictures(1, 3, 1, 2);
        (y[0, 0, 0, 0], y[0, 1, 0, 0], y[0, 2, 0, 0]) = (double.NaN, double.NegativeInfinity, -1000);
        (y[0, 0, 0, 1], y[0, 1, 0, 1], y[0, 2, 0, 1]) = (double.PositiveInfinity, 1000, 0);
        var painting = new short[8];

        Call(y.View, 1, sigmoid: true, 1, painting, 1, 2);
        painting.ShouldBe([0, 0, 0, 0, 16384, 16384, 8192, 15450]);

        Call(y.View, 1, sigmoid: false, 1, painting, 1, 2);
        painting.ShouldBe([0, 0, 0, 0, 16384, 16384, 0, 14517]);
    }

    [NativeTheory(NativeUnits.Kernels)]
    [InlineData(12, 2, false, 1, 13, 10)]
    [InlineData(12, 2, false, 1, 12, 11)]
    [InlineData(11, 2, false, 1, 12, 10)]
    [InlineData(12, 2, true, 0.5, 12, 10)]
    [InlineData(12, 0, false, 1, 12, 10)]
    [InlineData(12, -2, false, 1, 12, 10)]
    [InlineData(12, 2, false, 1, 0, 10)]
    public void OutputToPainting_WhatDoesNotFit_IsRefusedAndNothingIsWritten(
        int channels, int block, bool sigmoid, float scale, int height, int width)
    {
        using var y = TestPictures.Random(1, 1, channels, 6, 5);
        var painting = new short[13 * 11 * 4];

        Should
            .Throw<VideoStyleException>(() => Call(y.View, block, sigmoid, scale, painting, height, width))
            .Message.ShouldStartWith("vs_output_to_frame: ");

        painting.ShouldAllBe(value => value == 0);
    }

    private static void Call(ImageBatch y, int block, bool sigmoid, float scale, short[] painting, int height, int width)
    {
        fixed (short* values = painting)
            Kernels.OutputToFrame(y, block, sigmoid, scale, values, height, width);
    }
}
