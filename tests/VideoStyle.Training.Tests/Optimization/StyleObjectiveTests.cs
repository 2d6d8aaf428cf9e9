using Shouldly;
using VideoStyle.Native;
using VideoStyle.Networks.Loss;
using VideoStyle.Torch.Tensors;
using VideoStyle.Training.Optimization;
using Xunit;

namespace VideoStyle.Training.Tests.Optimization;

public sealed class StyleObjectiveTests
{
    [NativeTheory(NativeUnits.Kernels)]
    [InlineData(GramKind.Shifted, 1024)]
    [InlineData(GramKind.Plain, 1024)]
    [InlineData(GramKind.Shifted, 64)]
    [InlineData(GramKind.Plain, 64)]
    public void Evaluate_AnyPicture_GivesTheGradientOfItsLoss(GramKind form, int tile)
    {
        using var scope = NewDisposeScope();
        using var vgg = TinyVgg.Load(ScalarType.Float64);
        using var style = StyleTarget.Measure(vgg, [(Picture(24, 20, 1), 1)]);
        using var matting = new MattingEnergy(Picture(27, 70, 2));
        var pixels = new[] { new PixelLoss("tv", 0.3, Losses.TotalVariation), new PixelLoss("photo", 20, matting.Of) };
        using var objective = new StyleObjective(vgg, style, Options(form, tile), Picture(27, 70, 2), 27, 70, pixels);
        var at = Picture(27, 70, 3).reshape(-1);

        var gradient = objective.Evaluate(at).Gradient;
        var scale = gradient.pow(2).sum().sqrt().ToDouble();
        scale.ShouldBeGreaterThan(0);
        objective.Terms.Keys.ShouldBe(["style1", "style2", "style3", "style4", "content", "tv", "photo", "total"], ignoreOrder: true);
        manual_seed(100);
        var direction = randn(at.shape).to(ScalarType.Float64);
        const double Step = 1e-7; // the deepest layer has a kink every few millionths
        var numeric = (objective.Evaluate(at + direction * Step).Loss - objective.Evaluate(at + direction * -Step).Loss) / (2 * Step);
        var analytic = (gradient * direction).sum().ToDouble();
        Math.Abs(numeric - analytic).ShouldBeLessThan(2e-5 * scale, $"{numeric} against {analytic}");
    }

    [NativeTheory(NativeUnits.Kernels)]
    [InlineData(GramKind.Shifted, 64, 90, 70)]
    [InlineData(GramKind.Plain, 72, 43, 150)]
    public void Evaluate_InTiles_EqualsTheWholePicture(GramKind form, int tile, int height, int width)
    {
        using var scope = NewDisposeScope();
        using var vgg = TinyVgg.Load(ScalarType.Float64);
        using var style = StyleTarget.Measure(vgg, [(Picture(40, 40, 1), 1)]);
        var content = Picture(height, width, 2);
        using var whole = new StyleObjective(vgg, style, Options(form, 1024), content, height, width, []);
        using var tiled = new StyleObjective(vgg, style, Options(form, tile), content, height, width, []);
        var at = Picture(height, width, 3).reshape(-1);

        var (expected, actual) = (whole.Evaluate(at), tiled.Evaluate(at));
        actual.Loss.ShouldBe(expected.Loss, 1e-9 * expected.Loss);
        foreach (var (name, value) in whole.Terms)
            tiled.Terms[name].ShouldBe(value, 1e-9, name);
        var difference = (actual.Gradient - expected.Gradient).pow(2).sum().sqrt().ToDouble();
        (difference / expected.Gradient.pow(2).sum().sqrt().ToDouble()).ShouldBeLessThan(1e-10);
    }

    [NativeFact(NativeUnits.Kernels)]
    public void Matting_OfAnyPainting_IsTheFormOfTheMattingLaplacian()
    {
        using var scope = NewDisposeScope();
        var (content, painted) = (Picture(7, 6, 4), Picture(7, 6, 5));
        using var matting = new MattingEnergy(content);
        matting.Of(painted).ToDouble().ShouldBe(Explicit(content.ToArray<double>(), painted.ToArray<double>(), 7, 6), 1e-9);
    }

    [NativeFact(NativeUnits.Kernels)]
    public void Matting_OfAnAffineFunctionOfThePicture_IsNone()
    {
        using var scope = NewDisposeScope();
        var content = Picture(20, 30, 6);
        using var matting = new MattingEnergy(content);
        var (affine, other) = (content.flip(1) * -0.7 + 0.4, Picture(20, 30, 7));
        matting.Of(affine).ToDouble().ShouldBeLessThan(1e-4 * matting.Of(other).ToDouble());
    }

    [NativeFact(NativeUnits.Kernels)]
    public void Matting_OfAGreyPictureInFloat_IsWhatItIsInDouble()
    {
        using var scope = NewDisposeScope();
        // One tone: the covariance of each window has rank 1.
        var grey = Picture(20, 30, 10).narrow(1, 0, 1).to(ScalarType.Float32);
        var (content, painted) = (cat([grey, grey, grey], 1), Picture(20, 30, 11).to(ScalarType.Float32));
        using var matting = new MattingEnergy(content);
        using var exact = new MattingEnergy(content.to(ScalarType.Float64));
        matting.Of(painted).ToDouble().ShouldBe(exact.Of(painted.to(ScalarType.Float64)).ToDouble(), 1e-6);
        matting.Of(content).ToDouble().ShouldBeInRange(0, 1e-6);
    }

    [NativeFact(NativeUnits.Kernels)]
    public void Matting_Gradient()
    {
        using var scope = NewDisposeScope();
        using var matting = new MattingEnergy(Picture(9, 12, 8));
        GradientTests.Check(Picture(9, 12, 9), matting.Of);
    }

    /// <summary>Levin et al.'s definition: in each window, least squares for the affine map by the normal equations.</summary>
    private static double Explicit(double[] x, double[] y, int height, int width)
    {
        const double Epsilon = 1e-5;
        var (sum, count) = (0.0, 0);
        for (var channel = 0; channel < 3; channel++)
        {
            for (var top = 0; top + 3 <= height; top++)
            {
                for (var left = 0; left + 3 <= width; left++, count++)
                {
                    var pixels = Enumerable.Range(0, 9).Select(i => (top + i / 3) * width + left + i % 3).ToArray();
                    double[][] rows = [.. pixels.Select(p => new[] { x[p], x[height * width + p], x[2 * height * width + p], 1 })];
                    double[] values = [.. pixels.Select(p => y[channel * height * width + p])];
                    var map = Solve(rows, values, Epsilon);
                    sum += rows.Zip(values, (r, v) => Math.Pow(r.Zip(map, (a, b) => a * b).Sum() - v, 2)).Sum() / 9;
                    sum += Epsilon / 9 * map.Take(3).Sum(a => a * a);
                }
            }
        }

        return sum / count;
    }

    private static double[] Solve(double[][] rows, double[] values, double epsilon)
    {
        var m = new double[4, 5];
        for (var i = 0; i < 4; i++)
        {
            for (var j = 0; j < 4; j++)
                m[i, j] = rows.Sum(r => r[i] * r[j]) + (i == j && i < 3 ? epsilon : 0);
            m[i, 4] = rows.Zip(values, (r, v) => r[i] * v).Sum();
        }

        for (var p = 0; p < 4; p++)
        {
            for (var r = 0; r < 4; r++)
            {
                var factor = r == p ? 0 : m[r, p] / m[p, p];
                for (var c = p; c < 5; c++)
                    m[r, c] -= factor * m[p, c];
            }
        }

        return [.. Enumerable.Range(0, 4).Select(i => m[i, 4] / m[i, i])];
    }

    private static OptimizationOptions Options(GramKind form, int tile) =>
        new()
        {
            Styles = [new("style.png", 1)],
            Output = "x.png",
            LossWeights = "",
            Gram = form,
            Tile = tile,
            Weights = new LossWeights { Content = 1.5, Style = [3, 2, 1, 1] },
        };

    private static Tensor Picture(int height, int width, long seed)
    {
        manual_seed(seed);
        return rand(1, 3, height, width).to(ScalarType.Float64);
    }
}
