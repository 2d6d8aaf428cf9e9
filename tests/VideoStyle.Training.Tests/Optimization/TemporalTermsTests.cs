using Shouldly;
using VideoStyle.Core.Flow;
using VideoStyle.Core.Media;
using VideoStyle.Native;
using VideoStyle.Torch.Tensors;
using VideoStyle.Training.Optimization;

namespace VideoStyle.Training.Tests.Optimization;

public sealed class TemporalTermsTests
{
    [NativeFact(NativeUnits.Kernels)]
    public void Warp_AlongAKnownShift_MovesThePaintingAndTrustsOnlyWhatWasVisible()
    {
        // Each pixel of the frame was 3 to the right and 2 above in the other one.
        using var scope = NewDisposeScope();
        manual_seed(1);
        var painted = rand(1, 3, 20, 30);
        var grey = new LumaImage(30, 20, new byte[600]);
        var (warped, certainty) = new TemporalTerms(new KnownFlow(grey, 3, -2)).Warp(grey, new LumaImage(30, 20, new byte[600]), painted);
        var (values, before, sure) = (warped.ToArray<double>(), painted.ToArray<double>(), certainty.ToArray<double>());
        for (var y = 2; y < 20; y++)
        {
            for (var x = 0; x < 27; x++)
                values[y * 30 + x].ShouldBe(before[(y - 2) * 30 + x + 3], 1e-4);
        }

        sure[10 * 30 + 10].ShouldBe(1);
        sure[10 * 30 + 29].ShouldBe(0);
        sure[10].ShouldBeLessThan(0.05); // their certainties are smoothed
    }

    [NativeFact(NativeUnits.Kernels)]
    public void LongTerm_CountsWhatTheNearerFramesDoNotKnow()
    {
        using var scope = NewDisposeScope();
        double[][] certainties = [[1, 0, 0.3, 0], [1, 1, 0.5, 0], [0, 1, 1, 1]];
        var result = TemporalTerms.LongTerm([.. certainties.Select(c => HostTensor.From<double>(c, 4))]);
        double[][] expected = [[1, 0, 0.3, 0], [0, 1, 0.2, 0], [0, 0, 0.2, 1]];
        foreach (var (actual, wanted) in result.Zip(expected))
        {
            foreach (var (a, b) in actual.ToArray<double>().Zip(wanted))
                a.ShouldBe(b, 1e-12);
        }
    }

    [NativeFact(NativeUnits.Kernels)]
    public void Loss_OfAPainting_IsTheMaskedMeanSquareWithItsGradient()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        var (x, first, second) = (Picture(3), Picture(3), Picture(3));
        var (certain, less) = (Picture(1), Picture(1));
        var loss = TemporalTerms.Loss([(first, certain), (second, less)]);
        var (v, a, b, c, d) = (x.ToArray<double>(), first.ToArray<double>(), second.ToArray<double>(), certain.ToArray<double>(), less.ToArray<double>());
        var expected = Enumerable.Range(0, v.Length).Average(i => c[i % 63] * Math.Pow(v[i] - a[i], 2) + d[i % 63] * Math.Pow(v[i] - b[i], 2));
        loss(x).ToDouble().ShouldBe(expected, 1e-12);
        GradientTests.Check(x, loss);

        static Tensor Picture(int channels) => rand(1, channels, 7, 9).to(ScalarType.Float64);
    }

    /// <summary>A flow that is the same everywhere, and its opposite the other way.</summary>
    private sealed class KnownFlow(LumaImage from, float dx, float dy) : IFlowEstimator
    {
        public string Description => "known";

        public FlowField Estimate(LumaImage source, LumaImage target)
        {
            var sign = ReferenceEquals(source, from) ? 1 : -1;
            var vectors = Enumerable.Range(0, 2 * source.Width * source.Height).Select(i => sign * (i % 2 == 0 ? dx : dy)).ToArray();
            return new FlowField(source.Width, source.Height, vectors);
        }

        public (FlowField Forward, FlowField Backward) EstimateBoth(LumaImage first, LumaImage second) => (Estimate(first, second), Estimate(second, first));

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}
