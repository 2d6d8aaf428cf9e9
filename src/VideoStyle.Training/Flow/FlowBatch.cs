using VideoStyle.Torch.Tensors;

namespace VideoStyle.Training.Flow;

/// <summary>Pairs as tensors, in the current scope.</summary>
/// <param name="Luma">First all first frames, then all second ones, <c>[2·N, 1, H, W]</c>, 0–255.</param>
/// <param name="Flow">The true flow, <c>[N, 2, H, W]</c>.</param>
/// <param name="Weight">How much a pixel counts in the loss: 1 where it is visible in both frames, less where it is hidden, 0 where its flow is unknown, <c>[N, 1, H, W]</c>.</param>
internal sealed record FlowBatch(Tensor Luma, Tensor Flow, Tensor Weight)
{
    private const float HiddenWeight = 0.25f;
    private const double InvertedShare = 0.2;

    /// <summary>Copies pairs.</summary>
    /// <param name="pairs">The pairs, of one size.</param>
    /// <param name="random">Mirrors and inverts some of them; null to leave them as they are.</param>
    /// <param name="device">Where the tensors are to be.</param>
    internal static FlowBatch Of(ReadOnlySpan<FlowPair> pairs, CounterRandom? random, Device device)
    {
        var (count, width, height) = (pairs.Length, pairs[0].Width, pairs[0].Height);
        var size = width * height;
        var (luma, flow, weight) = (new float[2 * count * size], new float[2 * count * size], new float[count * size]);
        for (var n = 0; n < count; n++)
        {
            var pair = pairs[n];
            var (across, down) = (random?.NextDouble() < 0.5, random?.NextDouble() < 0.3);
            var inverted = random?.NextDouble() < InvertedShare;
            for (var i = 0; i < size; i++)
            {
                var (x, y) = (i % width, i / width);
                var at = (down ? height - 1 - y : y) * width + (across ? width - 1 - x : x);
                luma[n * size + i] = inverted ? 255 - pair.First[at] : pair.First[at];
                luma[(count + n) * size + i] = inverted ? 255 - pair.Second[at] : pair.Second[at];
                flow[2 * n * size + i] = (float)pair.Vectors[2 * at] * (across ? -1 : 1);
                flow[(2 * n + 1) * size + i] = (float)pair.Vectors[2 * at + 1] * (down ? -1 : 1);
                weight[n * size + i] = pair.Known[at] switch { FlowScene.Visible => 1, FlowScene.Hidden => HiddenWeight, _ => 0 };
            }
        }

        return new FlowBatch(
            HostTensor.From<float>(luma, 2 * count, 1, height, width).to(device),
            HostTensor.From<float>(flow, count, 2, height, width).to(device),
            HostTensor.From<float>(weight, count, 1, height, width).to(device));
    }
}
