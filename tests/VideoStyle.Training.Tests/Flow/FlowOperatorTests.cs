using Shouldly;
using VideoStyle.Native;
using VideoStyle.Networks.Flow;
using VideoStyle.Torch.Operators;
using VideoStyle.Torch.Runtime;
using VideoStyle.Torch.Tensors;
using VideoStyle.Training.Flow;
using Xunit;

namespace VideoStyle.Training.Tests.Flow;

/// <summary>The kernels of the flow network, and their gradients, against libtorch's own operators in double precision.</summary>
public sealed class FlowOperatorTests
{
    [NativeTheory(NativeUnits.Kernels)]
    [InlineData(2, 16, 7, 9, 4)]
    [InlineData(1, 48, 5, 3, 3)]
    [InlineData(3, 32, 1, 1, 0)]
    public void Correlation_AndItsGradient_EqualTheReference(long count, long channels, long height, long width, int radius)
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var (f1, f2) = (randn(count, channels, height, width).ToChannelsLast(), randn(count, channels, height, width).ToChannelsLast());
        // Vectors that lead outside too, one by far.
        var flow = randn(count, 2, height, width) * 3;
        flow[0, 0, 0, 0] = 1e9f;
        var weight = randn(count, (2 * radius + 1) * (2 * radius + 1), height, width).to(ScalarType.Float64);

        var (ours, gradients) = Gradients([f1, f2], x => FlowOperators.Correlation(x[0], x[1], flow, radius), weight);
        var (expected, exact) = Gradients(
            [f1.to(ScalarType.Float64), f2.to(ScalarType.Float64)],
            x => FlowOperators.CorrelationComposite(x[0], x[1], flow.to(ScalarType.Float64), radius), weight);

        Worst(ours, expected).ShouldBeLessThan(1e-3);
        for (var i = 0; i < exact.Length; i++)
            Worst(gradients[i], exact[i]).ShouldBeLessThan(1e-3, $"gradient {i}");
    }

    [NativeFact(NativeUnits.Kernels)]
    public void Correlation_InBFloat16_EqualsThatOfTheRoundedFeatures()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        var (f1, f2) = (randn(1, 16, 6, 5).to(ScalarType.BFloat16).ToChannelsLast(), randn(1, 16, 6, 5).to(ScalarType.BFloat16).ToChannelsLast());
        var flow = randn(1, 2, 6, 5);
        var expected = FlowOperators.CorrelationComposite(f1.to(ScalarType.Float64), f2.to(ScalarType.Float64), flow.to(ScalarType.Float64), 2);
        var scale = expected.abs().ToArray<double>().Max();
        Worst(FlowOperators.Correlation(f1, f2, flow, 2), expected).ShouldBeLessThan(scale / 256);
    }

    [NativeTheory(NativeUnits.Kernels)]
    [InlineData(2, 3, 5, 7, 4)]
    [InlineData(1, 1, 1, 1, 2)]
    public void ConvexUpsample_AndItsGradient_EqualTheReference(long count, long channels, long height, long width, int factor)
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        var (x, logits) = (randn(count, channels, height, width).ToChannelsLast(), (randn(count, 9 * factor * factor, height, width) * 3).ToChannelsLast());
        var weight = randn(count, channels, height * factor, width * factor).to(ScalarType.Float64);

        var (ours, gradients) = Gradients([x, logits], t => FlowOperators.ConvexUpsample(t[0], t[1], factor), weight);
        var (expected, exact) = Gradients(
            [x.to(ScalarType.Float64), logits.to(ScalarType.Float64)], t => FlowOperators.ConvexUpsampleComposite(t[0], t[1], factor), weight);

        Worst(ours, expected).ShouldBeLessThan(2e-5);
        for (var i = 0; i < exact.Length; i++)
            Worst(gradients[i], exact[i]).ShouldBeLessThan(2e-4, $"gradient {i}");
    }

    [NativeFact(NativeUnits.Kernels)]
    public void ConvexUpsample_OfAUniformFlow_ChangesNothing()
    {
        using var scope = NewDisposeScope();
        manual_seed(6);
        var y = FlowOperators.ConvexUpsample(full([1, 2, 3, 4], 7f).ToChannelsLast(), (randn(1, 144, 3, 4) * 50).ToChannelsLast(), 4);
        (y - 7).abs().ToArray<float>().Max().ShouldBeLessThan(1e-5f);
    }

    /// <summary>The whole network and its loss: a small step along the gradient changes the loss by what the gradient says.</summary>
    [NativeFact(NativeUnits.Kernels)]
    public void Loss_OfTheNetwork_FollowsItsGradient()
    {
        using var scope = NewDisposeScope();
        TorchThreads.Set(1); // operators this small only wait for each other's threads
        manual_seed(7);
        var weights = FlowNetwork.Parameters.ToDictionary(
            p => p.Key,
            p => HostTensor.From<float>(FlowNetwork.InitialValues(p.Key, p.Value, new CounterRandom(1, 0, p.Key).Normal), p.Value).requires_grad_(true),
            StringComparer.Ordinal);
        var batch = new FlowBatch(rand(2, 1, 64, 64) * 255, randn(1, 2, 64, 64) * 3, ones(1, 1, 64, 64));
        Tensor Loss()
        {
            var network = new FlowNetwork(weights);
            var features = network.Encode(batch.Luma);
            return FlowLoss.Of(network.Predict(features.Narrow(0, 1), features.Narrow(1, 1), [2, 1, 1]), batch).Values.Aggregate((a, b) => a + b);
        }

        Backpropagation.Run(Loss());
        weights.ShouldAllBe(w => w.Value.grad!.abs().sum().ToDouble() > 0, "every weight is learned");
        // Only layers behind the last detached flow: of those before it, detaching hides a part of the change.
        foreach (var name in (string[])["head4.weight", "mask2.weight", "fine2.weight", "fine1.bias"])
        {
            var (weight, gradient) = (weights[name], weights[name].grad!);
            var norm = gradient.norm().ToDouble();
            var step = gradient / norm * 2e-2;
            double above, below;
            using (no_grad())
            {
                weight.add_(step);
                above = Loss().ToDouble();
                weight.sub_(step * 2);
                below = Loss().ToDouble();
                weight.add_(step);
            }

            ((above - below) / 4e-2).ShouldBe(norm, 0.05 * norm, name);
        }
    }

    private static (Tensor Result, Tensor[] Gradients) Gradients(Tensor[] inputs, Func<Tensor[], Tensor> function, Tensor weight)
    {
        Tensor[] leaves = [.. inputs.Select(t => t.detach().clone().requires_grad_(true))];
        var result = function(leaves);
        Backpropagation.Run((result.to(ScalarType.Float64) * weight).sum());
        return (result.detach(), [.. leaves.Select(l => l.grad!)]);
    }

    private static double Worst(Tensor a, Tensor b)
    {
        a.shape.ShouldBe(b.shape);
        return (a.to(ScalarType.Float64) - b).abs().ToArray<double>().Max();
    }
}
