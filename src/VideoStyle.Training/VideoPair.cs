using VideoStyle.Core.Flow;
using VideoStyle.Core.Media;
using VideoStyle.Metrics.Flow;
using VideoStyle.Networks.Loss;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Training;

/// <summary>The crop that follows another in a video, and where its pixels were.</summary>
/// <param name="Image"><c>[1, 3, S, S]</c>, 0–1, on the host.</param>
/// <param name="Grid">Where each pixel came from, <c>[1, S, S, 2]</c>, as <see cref="Sampling.GridSample"/> takes it.</param>
/// <param name="Mask">How certain that is, <c>[1, 1, S, S]</c>, 0–1.</param>
internal sealed record VideoPair(Tensor Image, Tensor Grid, Tensor Mask) : IDisposable
{
    /// <summary>Estimates the motion between two crops.</summary>
    /// <param name="first">The earlier crop, <c>[1, 3, S, S]</c>, 0–1.</param>
    /// <param name="second">The later one; owned by the pair.</param>
    /// <param name="estimator">Estimates the flow.</param>
    /// <returns>The pair; null where few pixels can be tracked, as at a scene cut.</returns>
    internal static VideoPair? Estimate(Tensor first, Tensor second, IFlowEstimator estimator)
    {
        const double MinTracked = 0.25;
        var (before, after) = (Luma(first), Luma(second));
        var back = estimator.Estimate(after, before);
        var mask = Occlusion.Check(back, estimator.Estimate(before, after), OcclusionProfile.Ruder18);
        var size = before.Width;
        var certainty = new float[size * size];
        for (var i = 0; i < certainty.Length; i++)
        {
            var (x, y) = (i % size + back.Vectors[2 * i], i / size + back.Vectors[2 * i + 1]);
            certainty[i] = IsInside(x, y) ? mask.Certainty[i] / 255f : 0;
        }

        if (certainty.Average() < MinTracked)
            return null;
        return new VideoPair(second, FlowGrid.Of(back, IsInside), HostTensor.From<float>(certainty, 1, 1, size, size));

        // Pixels from outside the crop cannot be compared: sampling would show the reflection.
        bool IsInside(float x, float y) => x >= 0 && y >= 0 && x <= size - 1 && y <= size - 1;
    }

    public void Dispose()
    {
        Image.Dispose();
        Grid.Dispose();
        Mask.Dispose();
    }

    private static LumaImage Luma(Tensor image)
    {
        using var scope = NewDisposeScope();
        var luma = Losses.Luminance(image) * 255 + 0.5;
        return new LumaImage((int)image.size(3), (int)image.size(2), luma.clamp(0, 255).to(ScalarType.Byte).ToArray<byte>());
    }
}
