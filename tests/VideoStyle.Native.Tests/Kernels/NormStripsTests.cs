using Shouldly;
using VideoStyle.Core.Errors;
using Xunit;

namespace VideoStyle.Native.Tests.KernelTests;

/// <summary>Norms of pictures in strips: the same to the bit as those of whole pictures.</summary>
public sealed unsafe class NormStripsTests
{
    [NativeTheory(NativeUnits.Kernels)]
    [InlineData(false, 16, 37, 53, true, 1, false, KernelDtype.Float32)]
    [InlineData(false, 32, 12, 300, true, 4, true, KernelDtype.BFloat16)]
    [InlineData(false, 5, 9, 7, false, 2, false, KernelDtype.Float32)]
    [InlineData(true, 16, 20, 27, true, 1, false, KernelDtype.BFloat16)]
    [InlineData(true, 3, 11, 140, false, 4, true, KernelDtype.Float32)]
    [InlineData(true, 64, 7, 6, true, 0, false, KernelDtype.Float32)]
    public void NormRows_AnyStrips_EqualTheWholePictureToTheBit(
        bool subPixel, int channels, int height, int width, bool relu, int pad, bool edge, KernelDtype dtype)
    {
        using var x = TestPictures.Random(1, 1, subPixel ? 4 * channels : channels, height, width, dtype);
        var (weight, bias) = (TestPictures.Weights(2, channels), TestPictures.Weights(3, channels));
        var (tall, wide) = subPixel ? (2 * (height - 1), 2 * (width - 1)) : (height, width);
        var options = new NormOptions(relu, pad: pad, edge: edge);
        using var whole = new TestPictures(1, channels, tall + 2 * pad, wide + 2 * pad, dtype);
        if (subPixel)
            PhaseNormTests.Call(x.View, weight, bias, options, whole);
        else
            InstanceNormTests.Call(x.View, weight, bias, null, options, whole);

        ImageBatch[] strips = [x.Rows(0, 2), x.Rows(2, 3), x.Rows(3, height)];
        var sums = Sums(strips, channels, subPixel ? height - 1 : height, subPixel);

        foreach (var (first, last) in new[] { (0, tall + 2 * pad), (1, 4), (tall + 2 * pad - 2, tall + 2 * pad) })
        {
            using var rows = new TestPictures(1, channels, last - first, wide + 2 * pad, dtype);
            fixed (float* w = weight, b = bias)
            fixed (double* s = sums)
                Kernels.NormRows(strips, 0, tall, s, w, b, null, subPixel, first, options, rows.View);
            rows.ShouldEqual(Planar.Rows(whole.ToArray(), first, last), tolerance: 0);
        }
    }

    [NativeFact(NativeUnits.Kernels)]
    public void NormRows_StripsFromTheMiddleWithResidual_EqualTheWholePictureToTheBit()
    {
        using var x = TestPictures.Random(1, 1, 16, 20, 9);
        using var residual = TestPictures.Random(2, 1, 16, 20, 9);
        var (weight, bias) = (TestPictures.Weights(3, 16), TestPictures.Weights(4, 16));
        using var whole = new TestPictures(1, 16, 20, 9);
        InstanceNormTests.Call(x.View, weight, bias, residual.View, new(), whole);
        var sums = Sums([x.View], 16, 20, subPixel: false);

        using var rows = new TestPictures(1, 16, 4, 9);
        fixed (float* w = weight, b = bias)
        fixed (double* s = sums)
            Kernels.NormRows([x.Rows(7, 9), x.Rows(9, 13)], 7, 20, s, w, b, residual.Rows(8, 12), subPixel: false, 8, new(), rows.View);

        rows.ShouldEqual(Planar.Rows(whole.ToArray(), 8, 12), tolerance: 0);
    }

    [NativeTheory(NativeUnits.Kernels)]
    [InlineData(false)]
    [InlineData(true)]
    public void NormRows_WithoutSums_GivesRowsTheirBorder(bool edge)
    {
        using var x = TestPictures.Random(1, 1, 6, 9, 7, KernelDtype.BFloat16);
        using var rows = new TestPictures(1, 6, 5, 11, KernelDtype.BFloat16);

        Kernels.NormRows([x.Rows(0, 4), x.Rows(4, 9)], 0, 9, null, null, null, null, subPixel: false, 1, new(pad: 2, edge: edge), rows.View);

        rows.ShouldEqual(Planar.Rows(Planar.Pad(x.ToArray(), 2, edge), 1, 6), tolerance: 0);
    }

    [NativeTheory(NativeUnits.Kernels)]
    [InlineData("no strip")]
    [InlineData("strips of two widths")]
    [InlineData("strips of two dtypes")]
    [InlineData("a row above the strips")]
    [InlineData("a row below the strips")]
    [InlineData("a phase's row below the strips")]
    [InlineData("rows behind the border")]
    [InlineData("a negative row")]
    [InlineData("a border as wide as the picture")]
    [InlineData("ReLU without sums")]
    [InlineData("enlargement")]
    [InlineData("a residual with a border")]
    [InlineData("y too wide")]
    [InlineData("y of another dtype")]
    public void NormRows_WhatDoesNotFit_IsRefusedAndNothingIsWritten(string what)
    {
        using var x = TestPictures.Random(1, 1, 8, 8, 6);
        using var y = new TestPictures(1, 8, 4, 6);
        ImageBatch[] strips = [x.Rows(2, 4), x.Rows(4, 8)];
        var (v, residual, options, first, height) = (y.View, (ImageBatch?)null, new NormOptions(), 3L, 8L);
        var (withSums, subPixel) = (true, false);
        switch (what)
        {
            case "no strip": strips = []; break;
            case "strips of two widths": strips[1] = strips[1] with { Width = 5 }; break;
            case "strips of two dtypes": strips[1] = strips[1] with { Dtype = KernelDtype.BFloat16 }; break;
            case "a row above the strips": first = 1; break;
            case "a row below the strips": (first, height) = (5, 9); break;
            case "a phase's row below the strips": (subPixel, first, height, v) = (true, 12, 16, v with { Channels = 2, Width = 10 }); break;
            case "rows behind the border": first = 5; break;
            case "a negative row": first = -1; break;
            case "a border as wide as the picture": (options, v) = (new(pad: 6), v with { Width = 18, Row = 144 }); break;
            case "ReLU without sums": (withSums, options) = (false, new(relu: true)); break;
            case "enlargement": (options, v) = (new(scale: 2), v with { Width = 12, Row = 96 }); break;
            case "a residual with a border": (options, v, residual) = (new(pad: 1), v with { Width = 8 }, x.Rows(0, 4) with { Width = 8 }); break;
            case "y too wide": v = v with { Width = 7 }; break;
            default: v = v with { Dtype = KernelDtype.BFloat16 }; break;
        }

        var error = Should.Throw<VideoStyleException>(() =>
        {
            fixed (float* w = new float[8])
            fixed (double* s = new double[24])
                Kernels.NormRows(strips, 2, height, withSums ? s : null, w, w, residual, subPixel, first, options, v);
        });

        error.Message.ShouldStartWith("vs_norm_rows: ");
        y.IsUntouched.ShouldBeTrue();
    }

    [NativeTheory(NativeUnits.Kernels)]
    [InlineData(2, 1, 4, false)]
    [InlineData(2, 2, 11, false)]
    [InlineData(2, 5, 4, false)]
    [InlineData(2, 2, 10, true)]
    [InlineData(-2, 0, 0, false)]
    public void NormRowSums_RowsThatAreNotThere_AreRefusedAndNothingIsWritten(int top, int first, int last, bool subPixel)
    {
        using var x = TestPictures.Random(1, 1, 8, 8, 6);
        var sums = new double[24];

        var error = Should.Throw<VideoStyleException>(() =>
        {
            fixed (double* s = sums)
                Kernels.NormRowSums([x.View], top, first, last, subPixel, s);
        });

        error.Message.ShouldStartWith("vs_norm_row_sums: ");
        sums.ShouldAllBe(value => value == 0);
    }

    /// <summary>The sums of all rows, gathered in three calls.</summary>
    private static double[] Sums(ImageBatch[] strips, int channels, int rows, bool subPixel)
    {
        var sums = new double[3 * channels];
        fixed (double* s = sums)
        {
            foreach (var (first, last) in new[] { (0, 1), (1, 3), (3, rows) })
                Kernels.NormRowSums(strips, 0, first, last, subPixel, s);
        }
        return sums;
    }
}
