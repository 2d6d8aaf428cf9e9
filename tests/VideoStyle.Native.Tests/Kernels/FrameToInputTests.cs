using Shouldly;
using VideoStyle.Core.Errors;
using Xunit;

namespace VideoStyle.Native.Tests.KernelTests;

public sealed unsafe class FrameToInputTests
{
    [NativeTheory(NativeUnits.Kernels)]
    [InlineData(53, 37, 1, 4, 0, KernelDtype.Float32)]
    [InlineData(53, 37, 2, 1, 3, KernelDtype.BFloat16)]
    [InlineData(37, 53, 4, 0, 0, KernelDtype.Float16)]
    [InlineData(20, 28, 3, 9, 1, KernelDtype.Float32)]
    [InlineData(1, 1, 1, 0, 0, KernelDtype.Float32)]
    [InlineData(1, 1, 2, 4, 2, KernelDtype.BFloat16)]
    public void FrameToInput_AnySize_EqualsMirroringAndUnshuffling(int height, int width, int block, int pad, int more, KernelDtype dtype)
    {
        var rgb = Bytes(height * width * 3);
        var (tall, wide) = ((height + block - 1) / block + more, (width + block - 1) / block + more);
        const float Scale = 1 / 255f;
        var whole = Reference(rgb, height, width, 3 * width, tall, wide, block, pad, Scale);

        foreach (var (first, rows) in new[] { (0, tall + 2 * pad), ((tall + 2 * pad) / 2, (tall + 2 * pad + 1) / 2) })
        {
            using var y = new TestPictures(1, 3 * block * block, rows, wide + 2 * pad, dtype);
            fixed (byte* start = rgb)
                Kernels.FrameToInput(start, height, width, 3 * width, (tall * block, wide * block), block, pad, Scale, first, y.View);
            // The reference rounds as .NET does, so that no bit may differ.
            y.ShouldEqual(Planar.Map(Planar.Rows(whole, first, first + rows), (n, k, i, j) => Round(whole[n, k, first + i, j], dtype)), tolerance: 0);
        }
    }

    [NativeFact(NativeUnits.Kernels)]
    public void FrameToInput_PartOfAFrame_IsReadWhereItLies()
    {
        const int Width = 31;
        var rgb = Bytes(20 * Width * 3);
        using var y = new TestPictures(1, 12, 6, 9);

        fixed (byte* start = &rgb[3 * (4 * Width + 11)])
            Kernels.FrameToInput(start, 7, 13, 3 * Width, (8, 14), 2, 1, 2, 0, y.View);

        y.ShouldEqual(Reference(rgb[(3 * (4 * Width + 11))..], 7, 13, 3 * Width, 4, 7, 2, 1, 2), tolerance: 0);
    }

    [NativeTheory(NativeUnits.Kernels)]
    [InlineData(0)]
    [InlineData(1e-3)]
    [InlineData(1e-7)]
    [InlineData(2.3e-8)]
    [InlineData(0.37)]
    [InlineData(256.94)]
    [InlineData(257)]
    [InlineData(-3e30)]
    public void FrameToInput_HalfPrecision_RoundsAsDotNet(double scale)
    {
        byte[] rgb = [.. Enumerable.Range(0, 3 * 256).Select(i => (byte)(i / 3))];
        using var y = new TestPictures(1, 3, 1, 256, KernelDtype.Float16);

        fixed (byte* start = rgb)
            Kernels.FrameToInput(start, 1, 256, 768, (1, 256), 1, 0, (float)scale, 0, y.View);

        for (var i = 0; i < 256; i++)
            y[0, 0, 0, i].ShouldBe((double)(Half)(i * (float)scale));
    }

    [NativeTheory(NativeUnits.Kernels)]
    [InlineData("rows that overlap")]
    [InlineData("a canvas in parts of blocks")]
    [InlineData("a canvas smaller than the frame")]
    [InlineData("no block")]
    [InlineData("a negative border")]
    [InlineData("rows behind the border")]
    [InlineData("a negative row")]
    [InlineData("y of other channels")]
    [InlineData("y too wide")]
    [InlineData("y of two pictures")]
    public void FrameToInput_WhatDoesNotFit_IsRefusedAndNothingIsWritten(string what)
    {
        var rgb = Bytes(7 * 9 * 3);
        using var y = new TestPictures(1, 12, 6, 7);
        var (v, stride, canvas, block, pad, first) = (y.View, 27L, (8L, 10L), 2, 1, 0L);
        switch (what)
        {
            case "rows that overlap": stride = 26; break;
            case "a canvas in parts of blocks": canvas = (9, 10); break;
            case "a canvas smaller than the frame": (canvas, v) = ((6, 10), v with { Height = 5 }); break;
            case "no block": block = 0; break;
            case "a negative border": (pad, v) = (-1, v with { Height = 2, Width = 3 }); break;
            case "rows behind the border": first = 1; break;
            case "a negative row": first = -1; break;
            case "y of other channels": v = v with { Channels = 11 }; break;
            case "y too wide": v = v with { Width = 8 }; break;
            default: v = v with { Count = 2 }; break;
        }

        var error = Should.Throw<VideoStyleException>(() =>
        {
            fixed (byte* start = rgb)
                Kernels.FrameToInput(start, 7, 9, stride, canvas, block, pad, 1, first, v);
        });

        error.Message.ShouldStartWith("vs_frame_to_input: ");
        y.IsUntouched.ShouldBeTrue();
    }

    private static byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        new Random(1).NextBytes(bytes);
        return bytes;
    }

    /// <summary>The canvas has <paramref name="tall"/> × <paramref name="wide"/> blocks.</summary>
    private static double[,,,] Reference(byte[] rgb, int height, int width, int stride, int tall, int wide, int block, int pad, float scale)
    {
        var blocks = Planar.Make(
            1,
            3 * block * block,
            tall,
            wide,
            (_, k, y, x) =>
            {
                var (colour, dy, dx) = (k / (block * block), k / block % block, k % block);
                var (row, column) = (Planar.Reflect(y * block + dy, height), Planar.Reflect(x * block + dx, width));
                return rgb[row * stride + 3 * column + colour] * scale;
            }
        );
        return Planar.Make(
            1,
            3 * block * block,
            tall + 2 * pad,
            wide + 2 * pad,
            (_, k, y, x) => blocks[0, k, Planar.Reflect(y - pad, tall), Planar.Reflect(x - pad, wide)]
        );
    }

    private static double Round(double value, KernelDtype dtype)
    {
        if (dtype == KernelDtype.Float16)
            return (double)(Half)(float)value;
        using var one = new TestPictures(1, 1, 1, 1, dtype);
        one[0, 0, 0, 0] = value;
        return one[0, 0, 0, 0];
    }
}
