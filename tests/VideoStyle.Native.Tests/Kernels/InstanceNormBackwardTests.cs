using Shouldly;
using VideoStyle.Core.Errors;
using Xunit;

namespace VideoStyle.Native.Tests.KernelTests;

/// <summary>Gradients against central differences of the plain arithmetic in double.</summary>
public sealed unsafe class InstanceNormBackwardTests
{
    private const double Eps = 1e-5;
    private const double Step = 1e-5;

    public static TheoryData<NormCase> Cases =>
        new(
            new NormCase(1, 3, 6, 5),
            new NormCase(2, 4, 4, 5, Relu: true, Pad: 1),
            new NormCase(2, 3, 5, 4, Residual: true, Pad: 1),
            new NormCase(1, 2, 3, 4, Relu: true, Scale: 2, Pad: 3),
            new NormCase(1, 2, 3, 3, Residual: true, Scale: 3, Pad: 4),
            new NormCase(1, 2, 5, 6, Relu: true, Pad: 4),
            new NormCase(1, 1, 1, 7, Scale: 2, Pad: 1)
        );

    [NativeTheory(NativeUnits.Kernels)]
    [MemberData(nameof(Cases))]
    public void Backward_EveryKindOfCall_EqualsFiniteDifferences(NormCase c)
    {
        using var x = TestPictures.Random(1, c.Count, c.Channels, c.Height, c.Width);
        using var residual = TestPictures.Random(2, c.Count, c.Channels, c.Height, c.Width);
        var (weight, bias) = (TestPictures.Weights(3, c.Channels), TestPictures.Weights(4, c.Channels));
        var (height, width) = (c.Height * c.Scale + 2 * c.Pad, c.Width * c.Scale + 2 * c.Pad);
        using var y = new TestPictures(c.Count, c.Channels, height, width);
        using var g = TestPictures.Random(5, c.Count, c.Channels, height, width);
        using var dx = new TestPictures(c.Count, c.Channels, c.Height, c.Width);
        using var dresidual = new TestPictures(c.Count, c.Channels, c.Height, c.Width);
        var (dweight, dbias) = (new float[c.Channels], new float[c.Channels]);
        var statistics = InstanceNormTests.Call(x.View, weight, bias, c.Residual ? residual.View : null, c.Options, y);

        fixed (float* w = weight, b = bias, s = statistics, dw = dweight, db = dbias)
            Kernels.InstanceNormBackward(x.View, w, b, s, c.Options, g.View, dx.View, dw, db, c.Residual ? dresidual.View : null);

        var (ax, ar, ag) = (x.ToArray(), residual.ToArray(), g.ToArray());
        double[] aw = [.. weight.Select(v => (double)v)], ab = [.. bias.Select(v => (double)v)];
        dx.ShouldEqual(Differences(ax, Loss), tolerance: 1e-4);
        if (c.Residual)
            dresidual.ShouldEqual(Differences(ar, Loss), tolerance: 1e-4);
        else
            dresidual.IsUntouched.ShouldBeTrue();
        for (var k = 0; k < c.Channels; k++)
        {
            ((double)dweight[k]).ShouldBe(Difference(d => aw[k] += d, Loss), 1e-3);
            ((double)dbias[k]).ShouldBe(Difference(d => ab[k] += d, Loss), 1e-3);
        }

        double Loss()
        {
            var result = c.Reference(ax, Planar.Statistics(ax, Eps), aw, ab, c.Residual ? ar : null);
            return Planar.Indices(ag).Sum(i => ag[i.N, i.K, i.Y, i.X] * result[i.N, i.K, i.Y, i.X]);
        }
    }

    [NativeTheory(NativeUnits.Kernels)]
    [InlineData("edge")]
    [InlineData("bfloat16")]
    [InlineData("gradient of another size")]
    [InlineData("dx of another size")]
    [InlineData("dx whose rows overlap")]
    [InlineData("dresidual with ReLU")]
    [InlineData("dresidual of another size")]
    public void Backward_WhatDoesNotFit_IsRefusedAndNothingIsWritten(string what)
    {
        using var x = TestPictures.Random(1, 1, 4, 6, 5);
        using var g = TestPictures.Random(2, 1, 4, 6, 5);
        using var dx = new TestPictures(1, 4, 6, 5);
        using var dresidual = new TestPictures(1, 4, 6, 5);
        var (vx, vg, vdx, vr, options) = (x.View, g.View, dx.View, (ImageBatch?)dresidual.View, new NormOptions());
        switch (what)
        {
            case "edge": options = new(edge: true); break;
            case "bfloat16": (vx, vg, vdx) = (vx with { Dtype = KernelDtype.BFloat16 }, vg with { Dtype = KernelDtype.BFloat16 }, vdx with { Dtype = KernelDtype.BFloat16 }); break;
            case "gradient of another size": vg = vg with { Height = 5 }; break;
            case "dx of another size": vdx = vdx with { Width = 4 }; break;
            case "dx whose rows overlap": vdx = vdx with { Row = 19 }; break;
            case "dresidual with ReLU": options = new(relu: true); break;
            default: vr = vr.Value with { Height = 7 }; break;
        }

        var error = Should.Throw<VideoStyleException>(() =>
        {
            fixed (float* values = new float[16])
                Kernels.InstanceNormBackward(vx, values, values, values, options, vg, vdx, values, values, vr);
        });

        error.Message.ShouldStartWith("vs_instance_norm_backward: ");
        dx.IsUntouched.ShouldBeTrue();
        dresidual.IsUntouched.ShouldBeTrue();
    }

    private static double[,,,] Differences(double[,,,] variable, Func<double> loss) =>
        Planar.Map(variable, (n, k, i, j) => Difference(d => variable[n, k, i, j] += d, loss));

    private static double Difference(Action<double> move, Func<double> loss)
    {
        move(Step);
        var above = loss();
        move(-2 * Step);
        var below = loss();
        move(Step);
        return (above - below) / (2 * Step);
    }
}
