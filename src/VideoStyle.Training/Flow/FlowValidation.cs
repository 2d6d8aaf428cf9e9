using VideoStyle.Core.Flow;
using VideoStyle.Core.Media;
using VideoStyle.Native;
using VideoStyle.Native.Vision;
using VideoStyle.Networks.Flow;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Training.Flow;

/// <summary>Fixed pairs of photos that are not trained on, and what estimators score on them.</summary>
/// <param name="generator">Makes the pairs.</param>
/// <param name="count">The number of pairs.</param>
internal sealed class FlowValidation(FlowPairGenerator generator, int count) : IDisposable
{
    private const int Batch = 8;
    private static readonly int[] Steps = [1, 1, 1];

    private readonly FlowPair[] _pairs = [.. Enumerable.Range(0, count).Select(i => generator.Make(i))];
    private readonly OpenCvFlow? _dis = VideoStyleNative.Units.HasFlag(NativeUnits.Vision) ? OpenCvFlow.Create(FlowMethod.DisMedium) : null;

    /// <summary>Scores DIS, medium preset; null where the native library has no OpenCV.</summary>
    internal EndPointError? ScoreDis()
    {
        if (_dis is null)
            return null;
        var sum = new EndPointErrorSum();
        foreach (var pair in _pairs)
            sum.Add(_dis.Estimate(Image(pair, pair.First), Image(pair, pair.Second)), Truth(pair));
        return sum.Mean;
    }

    /// <summary>Scores a network by itself, and as the initial flow of DIS.</summary>
    internal (EndPointError Alone, EndPointError? Refined) Score(FlowNetwork network, Device device)
    {
        using var noGrad = no_grad();
        var (alone, refined) = (new EndPointErrorSum(), new EndPointErrorSum());
        for (var start = 0; start < _pairs.Length; start += Batch)
        {
            using var scope = NewDisposeScope();
            var pairs = _pairs.AsSpan(start, Math.Min(Batch, _pairs.Length - start));
            var batch = FlowBatch.Of(pairs, random: null, device);
            var features = network.Encode(batch.Luma);
            var flow = network.Predict(features.Narrow(0, pairs.Length), features.Narrow(pairs.Length, pairs.Length), Steps).Flow;
            for (var n = 0; n < pairs.Length; n++)
            {
                var vectors = flow[n].permute(1, 2, 0).ToArray<float>();
                var truth = Truth(pairs[n]);
                alone.Add(new FlowField(truth.Width, truth.Height, vectors), truth);
                if (_dis is null)
                    continue;
                _dis.Refine(Image(pairs[n], pairs[n].First), Image(pairs[n], pairs[n].Second), vectors);
                refined.Add(new FlowField(truth.Width, truth.Height, vectors), truth);
            }
        }

        return (alone.Mean, _dis is null ? null : refined.Mean);
    }

    public void Dispose() => _dis?.Dispose();

    /// <summary>The true flow of the pixels that are visible in both frames.</summary>
    private static FlowField Truth(FlowPair pair)
    {
        var vectors = Array.ConvertAll(pair.Vectors, v => (float)v);
        for (var i = 0; i < pair.Known.Length; i++)
        {
            if (pair.Known[i] != FlowScene.Visible)
                (vectors[2 * i], vectors[2 * i + 1]) = (float.NaN, float.NaN);
        }

        return new FlowField(pair.Width, pair.Height, vectors);
    }

    private static LumaImage Image(FlowPair pair, byte[] luma) => new(pair.Width, pair.Height, luma);
}
