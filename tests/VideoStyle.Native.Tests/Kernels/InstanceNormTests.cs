using Shouldly;
using VideoStyle.Core.Errors;
using Xunit;

namespace VideoStyle.Native.Tests.KernelTests;

public sealed unsafe class InstanceNormTests
{
    private const double Eps = 1e-5;
    private const long TooLarge = 1L << 30;

    /// <summary>What turns a call of the norm for <c>[2, 4, 6, 5]</c> into one that does not fit.</summary>
    private static readonly Dictionary<string, Func<Arguments, Arguments>> Changes = new(StringComparer.Ordinal)
    {
        ["border as wide as the picture"] = c =>
            c with { Options = new(pad: 5), Y = c.Y with { Height = 16, Width = 15, Row = 60, Batch = 960 } },
        ["border as high as the picture"] = c =>
            c with { Options = new(pad: 3), X = c.X with { Height = 3 }, Y = c.Y with { Height = 9, Width = 11, Row = 44, Batch = 396 } },
        ["negative border"] = c => c with { Options = new(pad: -1), Y = c.Y with { Height = 4, Width = 3 } },
        ["scale of 0"] = c => c with { Options = new(scale: 0, pad: 3) },
        ["edge of an enlarged picture"] = c =>
            c with { Options = new(scale: 2, edge: true), Y = c.Y with { Height = 12, Width = 10, Row = 40, Batch = 480 } },
        ["y too high"] = c => c with { Y = c.Y with { Height = 7 } },
        ["y too narrow"] = c => c with { Y = c.Y with { Width = 4 } },
        ["y of fewer channels"] = c => c with { Y = c.Y with { Channels = 3 } },
        ["y of fewer pictures"] = c => c with { Y = c.Y with { Count = 1 } },
        ["y of another dtype"] = c => c with { Y = c.Y with { Dtype = KernelDtype.BFloat16 } },
        ["rows of y that overlap"] = c => c with { Y = c.Y with { Row = 19 } },
        ["pictures of y that overlap"] = c => c with { Y = c.Y with { Batch = 5 * c.Y.Row + 19 } },
        ["residual with ReLU"] = c => c with { Options = new(relu: true), Residual = c.X },
        ["residual of another size"] = c => c with { Residual = c.X with { Height = 5 } },
        ["residual of another dtype"] = c => c with { Residual = c.X with { Dtype = KernelDtype.BFloat16 } },
        ["no pixels"] = c => c with { X = c.X with { Width = 0 }, Y = c.Y with { Width = 0 } },
        ["half precision"] = c => c with { X = c.X with { Dtype = KernelDtype.Float16 }, Y = c.Y with { Dtype = KernelDtype.Float16 } },
        ["x with a negative stride"] = c => c with { X = c.X with { Row = -36 } },
        ["x without memory"] = c => c with { X = c.X with { Data = 0 } },
        ["y without memory"] = c => c with { Y = c.Y with { Data = 0 } },
        ["sizes that overflow"] = c =>
            c with
            {
                X = c.X with { Height = TooLarge, Width = TooLarge },
                Y = c.Y with { Height = TooLarge, Width = TooLarge, Row = 4 * TooLarge, Batch = long.MaxValue },
            },
    };

    public static TheoryData<string> Misfits => [.. Changes.Keys];

    [NativeTheory(NativeUnits.Kernels)]
    [NormCases]
    public void InstanceNorm_EveryKindOfCall_EqualsPlainArithmetic(NormCase c)
    {
        using var x = TestPictures.Random(1, c.Count, c.Channels, c.Height, c.Width, c.Dtype);
        using var residual = TestPictures.Random(2, c.Count, c.Channels, c.Height, c.Width, c.Dtype);
        var (weight, bias) = (TestPictures.Weights(3, c.Channels), TestPictures.Weights(4, c.Channels));
        using var y = Result(c);

        var statistics = Call(x.View, weight, bias, c.Residual ? residual.View : null, c.Options, y);

        var exact = Planar.Statistics(x.ToArray(), Eps);
        y.ShouldEqual(c.Reference(x.ToArray(), exact, Wide(weight), Wide(bias), c.Residual ? residual.ToArray() : null));
        var i = 0;
        foreach (var value in exact)
            ((double)statistics[i++]).ShouldBe(value, 1e-5 * (1 + Math.Abs(value)));
    }

    [NativeTheory(NativeUnits.Kernels)]
    [NormCases]
    public void InstanceNorm_StatisticsGiven_UsesThemAndLeavesThem(NormCase c)
    {
        using var x = TestPictures.Random(1, c.Count, c.Channels, c.Height, c.Width, c.Dtype);
        var (weight, bias) = (TestPictures.Weights(3, c.Channels), TestPictures.Weights(4, c.Channels));
        var statistics = TestPictures.Weights(5, 2 * c.Count * c.Channels);
        var before = statistics.ToArray();
        using var y = Result(c);

        Call(x.View, weight, bias, null, c.Options, y, statistics);

        statistics.ShouldBe(before);
        var given = new double[c.Count, 2, c.Channels];
        for (var i = 0; i < before.Length; i++)
            given[i / (2 * c.Channels), i / c.Channels % 2, i % c.Channels] = before[i];
        y.ShouldEqual(c.Reference(x.ToArray(), given, Wide(weight), Wide(bias), residual: null));
    }

    [NativeFact(NativeUnits.Kernels)]
    public void InstanceNorm_WithStatisticsOfTheWhole_NormalisesAPartAsTheWhole()
    {
        using var x = TestPictures.Random(1, 1, 12, 31, 27);
        var (weight, bias) = (TestPictures.Weights(3, 12), TestPictures.Weights(4, 12));
        using var whole = new TestPictures(1, 12, 31, 27);
        using var part = new TestPictures(1, 12, 9, 27);

        var statistics = Call(x.View, weight, bias, null, new(relu: true), whole);
        Call(x.Rows(5, 14), weight, bias, null, new(relu: true), part, statistics);

        part.ShouldEqual(Planar.Rows(whole.ToArray(), 5, 14), tolerance: 0);
    }

    [NativeFact(NativeUnits.Kernels)]
    public void InstanceNorm_MeanFarAboveTheDeviation_KeepsItsPrecision()
    {
        using var x = TestPictures.Random(1, 1, 16, 64, 64);
        foreach (var (n, k, i, j) in Planar.Indices(x.ToArray()))
            x[n, k, i, j] += 4000;
        using var y = new TestPictures(1, 16, 64, 64);
        var (weight, bias) = (Enumerable.Repeat(1f, 16).ToArray(), new float[16]);

        Call(x.View, weight, bias, null, new(), y);

        // The mean is kept as a float, and those near 4000 are 2.4e-4 apart; deviations are 0.5 and more.
        y.ShouldEqual(Planar.Norm(x.ToArray(), Planar.Statistics(x.ToArray(), Eps), Wide(weight), Wide(bias)), tolerance: 3e-4);
    }

    [NativeFact(NativeUnits.Kernels)]
    public void InstanceNorm_FlatPicture_IsExactlyTheBias()
    {
        using var x = new TestPictures(1, 3, 6, 5);
        foreach (var (n, k, i, j) in Planar.Indices(new double[1, 3, 6, 5]))
            x[n, k, i, j] = 0.1f * (k + 1);
        float[] bias = [0.25f, -3, 7.5f];
        using var y = new TestPictures(1, 3, 6, 5);

        Call(x.View, [1, 2, 3], bias, null, new(), y);

        y.ShouldEqual(Planar.Make(1, 3, 6, 5, (_, k, _, _) => bias[k]), tolerance: 0);
    }

    [NativeTheory(NativeUnits.Kernels)]
    [MemberData(nameof(Misfits))]
    public void InstanceNorm_WhatDoesNotFit_IsRefusedAndNothingIsWritten(string what)
    {
        using var x = TestPictures.Random(1, 2, 4, 6, 5);
        using var y = new TestPictures(2, 4, 6, 5);
        var call = Changes[what](new(x.View, null, y.View, new()));
        var statistics = new float[16];

        var error = Should.Throw<VideoStyleException>(() =>
        {
            fixed (float* weight = new float[4], bias = new float[4], s = statistics)
                Kernels.InstanceNorm(call.X, weight, bias, call.Residual, call.Options, s, given: false, call.Y);
        });

        error.Kind.ShouldBe(ErrorKind.Internal);
        error.Message.ShouldStartWith("vs_instance_norm: ");
        y.IsUntouched.ShouldBeTrue();
        statistics.ShouldAllBe(value => value == 0);
    }

    [NativeTheory(NativeUnits.Kernels)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    [InlineData(false, false, true)]
    public void InstanceNorm_NullPointer_IsRefused(bool weight, bool bias, bool statistics)
    {
        using var x = TestPictures.Random(1, 1, 4, 3, 3);
        using var y = new TestPictures(1, 4, 3, 3);
        var values = stackalloc float[8];
        var error = Should.Throw<VideoStyleException>(() =>
            Kernels.InstanceNorm(x.View, weight ? null : values, bias ? null : values, null, new(), statistics ? null : values, given: true, y.View));
        error.Message.ShouldStartWith("vs_instance_norm: ");
        y.IsUntouched.ShouldBeTrue();
    }

    /// <summary>Calls the norm; statistics that are not null are given. Returns those that were used.</summary>
    internal static float[] Call(
        ImageBatch x, float[] weight, float[] bias, ImageBatch? residual, NormOptions options, TestPictures y, float[]? statistics = null)
    {
        var all = statistics ?? new float[2 * x.Count * x.Channels];
        fixed (float* w = weight, b = bias, s = all)
            Kernels.InstanceNorm(x, w, b, residual, options, s, given: statistics is not null, y.View);
        return all;
    }

    private static TestPictures Result(NormCase c) =>
        new(c.Count, c.Channels, c.Height * c.Scale + 2 * c.Pad, c.Width * c.Scale + 2 * c.Pad, c.Dtype);

    private static double[] Wide(float[] values) => [.. values.Select(v => (double)v)];

    private sealed record Arguments(ImageBatch X, ImageBatch? Residual, ImageBatch Y, NormOptions Options);
}
