using Shouldly;
using VideoStyle.Core.Errors;
using Xunit;

namespace VideoStyle.Native.Tests.KernelTests;

/// <summary>The norm of a picture in phases against that of the picture put together first.</summary>
public sealed unsafe class PhaseNormTests
{
    [NativeTheory(NativeUnits.Kernels)]
    [InlineData(1, 16, 6, 8, true, 1, false, KernelDtype.Float32)]
    [InlineData(1, 16, 6, 8, true, 1, true, KernelDtype.BFloat16)]
    [InlineData(2, 5, 7, 5, true, 1, true, KernelDtype.Float32)]
    [InlineData(1, 32, 10, 150, false, 4, false, KernelDtype.Float32)]
    [InlineData(2, 64, 9, 11, false, 0, false, KernelDtype.BFloat16)]
    [InlineData(1, 3, 2, 2, true, 1, true, KernelDtype.Float32)]
    public void PhaseNorm_AnySize_EqualsTheNormOfThePictureThatIsPutTogether(
        int count, int channels, int height, int width, bool relu, int pad, bool edge, KernelDtype dtype)
    {
        var c = new NormCase(count, channels, 2 * (height - 1), 2 * (width - 1), relu, Pad: pad, Edge: edge, Dtype: dtype);
        using var x = TestPictures.Random(1, count, 4 * channels, height, width, dtype);
        var (weight, bias) = (TestPictures.Weights(2, channels), TestPictures.Weights(3, channels));
        using var y = new TestPictures(count, channels, c.Height + 2 * pad, c.Width + 2 * pad, dtype);

        var statistics = Call(x.View, weight, bias, c.Options, y);

        var whole = Planar.Interleave(x.ToArray());
        var exact = Planar.Statistics(whole, 1e-5);
        y.ShouldEqual(c.Reference(whole, exact, [.. weight.Select(v => (double)v)], [.. bias.Select(v => (double)v)], residual: null));
        var i = 0;
        foreach (var value in exact)
            ((double)statistics[i++]).ShouldBe(value, 1e-5 * (1 + Math.Abs(value)));
    }

    [NativeFact(NativeUnits.Kernels)]
    public void PhaseNorm_WithStatisticsOfTheWhole_NormalisesAPartAsTheWhole()
    {
        using var x = TestPictures.Random(1, 1, 32, 20, 15);
        var (weight, bias) = (TestPictures.Weights(2, 8), TestPictures.Weights(3, 8));
        using var whole = new TestPictures(1, 8, 38, 28);
        using var part = new TestPictures(1, 8, 12, 28);

        var statistics = Call(x.View, weight, bias, new(), whole);
        Call(x.Rows(4, 11), weight, bias, new(), part, statistics);

        part.ShouldEqual(Planar.Rows(whole.ToArray(), 8, 20), tolerance: 0);
    }

    [NativeTheory(NativeUnits.Kernels)]
    [InlineData("channels that are not in fours")]
    [InlineData("one column")]
    [InlineData("enlargement")]
    [InlineData("border as wide as the picture")]
    [InlineData("y too high")]
    [InlineData("y of another dtype")]
    public void PhaseNorm_WhatDoesNotFit_IsRefusedAndNothingIsWritten(string what)
    {
        using var x = TestPictures.Random(1, 1, 8, 4, 3);
        using var y = new TestPictures(1, 2, 6, 4);
        var (v, w, options) = (x.View, y.View, new NormOptions());
        switch (what)
        {
            case "channels that are not in fours": v = v with { Channels = 7 }; break;
            case "one column": (v, w) = (v with { Width = 1 }, w with { Width = 0 }); break;
            case "enlargement": options = new(scale: 2); break;
            case "border as wide as the picture": (options, w) = (new(pad: 4), w with { Height = 14, Width = 12, Row = 24 }); break;
            case "y too high": w = w with { Height = 7 }; break;
            default: w = w with { Dtype = KernelDtype.BFloat16 }; break;
        }

        var error = Should.Throw<VideoStyleException>(() =>
        {
            fixed (float* values = new float[8])
                Kernels.SubPixelNorm(v, values, values, options, values, given: false, w);
        });

        error.Message.ShouldStartWith("vs_subpixel_norm: ");
        y.IsUntouched.ShouldBeTrue();
    }

    internal static float[] Call(ImageBatch x, float[] weight, float[] bias, NormOptions options, TestPictures y, float[]? statistics = null)
    {
        var all = statistics ?? new float[x.Count * x.Channels / 2];
        fixed (float* w = weight, b = bias, s = all)
            Kernels.SubPixelNorm(x, w, b, options, s, given: statistics is not null, y.View);
        return all;
    }
}
