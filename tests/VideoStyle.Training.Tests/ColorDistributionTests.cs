using Shouldly;
using VideoStyle.Native;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Training.Tests;

public sealed class ColorDistributionTests
{
    [NativeFact(NativeUnits.Kernels)]
    public void Distance_OfAsManyColorsAsQuantiles_IsThatOfSortedSamples()
    {
        using var scope = NewDisposeScope();
        var (style, other) = (Picture(16, 16, 1), Picture(16, 16, 2) * 0.5 + 0.3);
        using var colors = ColorDistribution.Measure([(style, 1)]);

        colors.Distance(other).ToDouble().ShouldBe(Reference(Pixels(style), Pixels(other)), 1e-12);
    }

    [NativeFact(NativeUnits.Kernels)]
    public void Distance_OfTheSameColorsElsewhereAndMoreOften_IsNone()
    {
        using var scope = NewDisposeScope();
        var style = Picture(16, 16, 3);
        using var colors = ColorDistribution.Measure([(style, 1)]);

        colors.Distance(style.flip(2).transpose(2, 3)).ToDouble().ShouldBe(0, 1e-12);
        colors.Distance(cat([style, style.flip(3)], 0)).ToDouble().ShouldBe(0, 1e-4);
    }

    [NativeFact(NativeUnits.Kernels)]
    public void Distance_OfTheMeanAlone_IsOne()
    {
        using var scope = NewDisposeScope();
        var style = Picture(16, 16, 4);
        using var colors = ColorDistribution.Measure([(style, 1)]);

        colors.Distance(ones_like(style) * style.mean([2L, 3L], keepdim: true)).ToDouble().ShouldBe(1, 1e-9);
    }

    /// <summary>What mean and covariance cannot tell: a rare bright color against the same variance everywhere.</summary>
    [NativeFact(NativeUnits.Kernels)]
    public void Distance_OfTheSameMeanAndVarianceWithoutTheRareColor_IsNotNone()
    {
        using var scope = NewDisposeScope();
        var rare = zeros([1, 3, 16, 16], ScalarType.Float64);
        rare.narrow(2, 0, 1).fill_(0.8); // a sixteenth
        var even = zeros([1, 3, 16, 16], ScalarType.Float64);
        even.narrow(2, 0, 8).fill_(1);
        even = (even - even.mean()) * (rare.std(unbiased: false) / even.std(unbiased: false)) + rare.mean();
        using var colors = ColorDistribution.Measure([(rare, 1)]);

        colors.Distance(even).ToDouble().ShouldBeGreaterThan(0.5);
    }

    private static double Reference(double[][] style, double[][] other)
    {
        var (sum, spread, directions) = (0.0, 0.0, 0);
        for (var i = 14; i < 27; i++, directions++)
        {
            double[] d = [i / 9 - 1, i / 3 % 3 - 1, i % 3 - 1];
            var length = Math.Sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]);
            var (a, b) = (Project(style), Project(other));
            sum += a.Zip(b, (x, y) => (x - y) * (x - y)).Average();
            spread += a.Select(x => (x - a.Average()) * (x - a.Average())).Average();

            double[] Project(double[][] pixels) => [.. pixels.Select(p => (p[0] * d[0] + p[1] * d[1] + p[2] * d[2]) / length).Order()];
        }

        return sum / spread;
    }

    private static double[][] Pixels(Tensor image)
    {
        var values = image.ToArray<double>();
        var count = values.Length / 3;
        return [.. Enumerable.Range(0, count).Select(i => new[] { values[i], values[i + count], values[i + 2 * count] })];
    }

    private static Tensor Picture(int height, int width, long seed)
    {
        manual_seed(seed);
        return rand(1, 3, height, width).to(ScalarType.Float64);
    }
}
