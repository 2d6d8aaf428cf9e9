using Shouldly;
using VideoStyle.Native;
using VideoStyle.Networks.Loss;
using VideoStyle.Networks.Models;
using VideoStyle.Torch.Operators;
using VideoStyle.Torch.Tensors;
using Xunit;

namespace VideoStyle.Training.Tests;

/// <summary>The gradient of every loss against central differences in double precision.</summary>
[Collection(RunAlone.Name)]
public sealed class GradientTests
{
    [NativeTheory(NativeUnits.Kernels)]
    [InlineData(GramKind.Shifted, 0)]
    [InlineData(GramKind.Shifted, 2)]
    [InlineData(GramKind.Plain, 1)]
    public void StyleDistance_OfFeatures(GramKind form, int layer)
    {
        using var scope = NewDisposeScope();
        using var vgg = TinyVgg.Load(ScalarType.Float64);
        using var target = StyleTarget.Measure(vgg, [(Picture(24, 20, 1), 1), (Picture(18, 22, 2), 3)]);
        var features = randn(2, new long[] { 64, 128, 256 }[layer], 5, 6).to(ScalarType.Float64).ToChannelsLast();
        Check(features, f => target.Distance(f, layer, form));
    }

    [NativeTheory(NativeUnits.Kernels)]
    [InlineData(GramKind.Shifted)]
    [InlineData(GramKind.Plain)]
    public void StyleDistance_ThroughTheLossNetwork(GramKind form)
    {
        using var scope = NewDisposeScope();
        using var vgg = TinyVgg.Load(ScalarType.Float64);
        using var target = StyleTarget.Measure(vgg, [(Picture(24, 20, 1), 1)]);
        Check(
            Picture(16, 16, 3),
            x =>
            {
                var features = vgg.Features(x);
                return Enumerable.Range(0, LossNetwork.Layers).Select(i => target.Distance(features[i], i, form)).Aggregate((a, b) => a + b);
            }
        );
    }

    [NativeFact(NativeUnits.Kernels)]
    public void Content_ThroughTheLossNetwork()
    {
        using var scope = NewDisposeScope();
        using var vgg = TinyVgg.Load(ScalarType.Float64);
        var original = vgg.Features(Picture(16, 16, 4), LossNetwork.ContentLayer)[LossNetwork.ContentLayer];
        Check(Picture(16, 16, 5), x => Losses.Content(vgg.Features(x, LossNetwork.ContentLayer)[LossNetwork.ContentLayer], original));
    }

    [NativeFact(NativeUnits.Kernels)]
    public void TotalVariation_OfPictures()
    {
        using var scope = NewDisposeScope();
        Check(Picture(9, 7, 6), Losses.TotalVariation);
    }

    [NativeFact(NativeUnits.Kernels)]
    public void Colors_OfPictures()
    {
        using var scope = NewDisposeScope();
        using var colors = ColorDistribution.Measure([(Picture(9, 7, 6), 1), (Picture(5, 8, 7), 2)]);
        Check(Picture(11, 6, 8), colors.Distance);
    }

    [NativeFact(NativeUnits.Kernels)]
    public void LatticeShare_OfPictures()
    {
        using var scope = NewDisposeScope();
        Check(Picture(30, 26, 9), x => LatticePattern.Share(x, 4, zeros_like(x))!);
    }

    [NativeFact(NativeUnits.Kernels)]
    public void Temporal_IntoBothPaintings()
    {
        using var scope = NewDisposeScope();
        var (grid, mask) = SyntheticMotion.Draw(2, 16, new CounterRandom(1, 2, "motion"));
        (grid, mask) = (grid.to(ScalarType.Float64), mask.to(ScalarType.Float64));
        var (first, second) = (rand(2, 3, 16, 16).to(ScalarType.Float64), rand(2, 3, 16, 16).to(ScalarType.Float64));
        Check(first, y => Losses.Temporal(y, second, grid, mask));
        Check(second, y => Losses.Temporal(first, y, grid, mask));
        var brightening = Losses.Luminance(first) * 0.3;
        Check(second, y => Losses.Temporal(first, y, grid, mask, brightening));
    }

    [NativeTheory(NativeUnits.Kernels)]
    [InlineData("lite")]
    [InlineData("swift")]
    [InlineData("johnson")]
    public void Network_ToItsInput(string architecture)
    {
        using var scope = NewDisposeScope();
        manual_seed(11);
        var form = NetworkArchitecture.Find(architecture)!;
        var weights = form.Parameters.ToDictionary(p => p.Key, p => randn(p.Value) * 0.1 + (p.Value.Length == 1 ? 0.5 : 0));
        using var network = new StyleNetwork(form, weights, CPU, ScalarType.Float64);
        var towards = Picture(16, 16, 8);
        Check(Picture(16, 16, 7), x => (network.Forward(x) - towards).pow(2).mean());
    }

    /// <summary>What a step of mixed precision learns is what a step in float would: to the weights of every layer.</summary>
    [NativeTheory(NativeUnits.Kernels)]
    [InlineData("lite")]
    [InlineData("swift")]
    [InlineData("johnson")]
    public void Network_ConvolvedInBFloat16_HasTheGradientsOfFloat(string architecture)
    {
        using var scope = NewDisposeScope();
        manual_seed(12);
        var form = NetworkArchitecture.Find(architecture)!;
        var weights = form.Parameters.ToDictionary(p => p.Key, p => randn(p.Value) * 0.1 + (p.Value.Length == 1 ? 0.5 : 0));
        var picture = Picture(64, 48, 9).to(ScalarType.Float32);
        var (exact, mixed) = (Gradients(null), Gradients(ScalarType.BFloat16));
        // A norm's bias that the next norm takes away again has hardly a gradient to compare.
        foreach (var name in exact.Keys.Where(n => n.EndsWith(".weight", StringComparison.Ordinal)))
        {
            var scale = exact[name].pow(2).sum().sqrt().ToDouble();
            var error = (mixed[name] - exact[name]).pow(2).sum().sqrt().ToDouble();
            // Eight bits a factor, through some fifteen layers with a ReLU each that may fall on the other side: about a
            // tenth at the first layer. A wrong or missing gradient is off by its own length.
            scale.ShouldBeGreaterThan(0, name);
            error.ShouldBeLessThan(0.25 * scale, name);
        }

        Dictionary<string, Tensor> Gradients(ScalarType? convolvedIn)
        {
            var leaves = weights.ToDictionary(w => w.Key, w => w.Value.clone().detach().requires_grad_());
            using var network = StyleNetwork.FromTensors(form, leaves, CPU, autocastDtype: convolvedIn);
            Backpropagation.Run((network.Forward(picture) - picture).pow(2).mean());
            return leaves.Where(l => l.Value.grad is not null).ToDictionary(l => l.Key, l => l.Value.grad!);
        }
    }

    private static Tensor Picture(int height, int width, long seed)
    {
        manual_seed(seed);
        return rand(1, 3, height, width).to(ScalarType.Float64);
    }

    /// <summary>Compares the directional derivative along random directions, so that every element takes part.</summary>
    internal static void Check(Tensor at, Func<Tensor, Tensor> loss)
    {
        var leaf = at.clone().detach().requires_grad_();
        Backpropagation.Run(loss(leaf));
        var gradient = leaf.grad!;
        using var noGrad = no_grad();
        for (var trial = 0; trial < 3; trial++)
        {
            manual_seed(100 + trial);
            var direction = randn(at.shape).to(ScalarType.Float64);
            const double Step = 1e-6;
            var numeric = (loss(at + direction * Step).ToDouble() - loss(at + direction * -Step).ToDouble()) / (2 * Step);
            var analytic = (gradient * direction).sum().ToDouble();
            var scale = gradient.pow(2).sum().sqrt().ToDouble();
            scale.ShouldBeGreaterThan(0);
            // ReLU and max have kinks, which one of thousands of elements may cross within the step.
            Math.Abs(numeric - analytic).ShouldBeLessThan(2e-5 * scale + 1e-9, $"{numeric} against {analytic}");
        }
    }
}
