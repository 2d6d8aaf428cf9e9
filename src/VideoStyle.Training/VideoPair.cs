using VideoStyle.Core.Flow;
using VideoStyle.Core.Media;
using VideoStyle.Metrics.Flow;
using VideoStyle.Networks.Loss;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Training;

/// <summary>The picture that follows another in a video, and where its pixels were.</summary>
/// <param name="Picture"><c>[1, 3, S, S]</c>, 0–1, on the host.</param>
/// <param name="Grid">Where each pixel came from, <c>[1, S, S, 2]</c>, as <see cref="Sampling.GridSample"/> takes it.</param>
/// <param name="Mask">How certain that is, <c>[1, 1, S, S]</c>, 0–1.</param>
internal sealed record VideoPair(Tensor Picture, Tensor Grid, Tensor Mask) : IDisposable
{
    /// <summary>Estimates the motion between two crops.</summary>
    /// <param name="first">The earlier crop, <c>[1, 3, S, S]</c>, 0–1.</param>
    /// <param name="second">The later one; taken over.</param>
    /// <param name="estimator">Any estimator.</param>
    /// <returns>The pair; null where hardly a pixel can be followed, as at a cut.</returns>
    internal static VideoPair? Estimate(Tensor first, Tensor second, IFlowEstimator estimator)
    {
        const double LeastFollowed = 0.25;
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

        if (certainty.Average() < LeastFollowed)
            return null;
        return new VideoPair(second, FlowGrid.Of(back, IsInside), HostTensor.From<float>(certainty, 1, 1, size, size));

        // What left the crop cannot be compared; sampled there, it would be made up by mirroring.
        bool IsInside(float x, float y) => x >= 0 && y >= 0 && x <= size - 1 && y <= size - 1;
    }

    public void Dispose()
    {
        Picture.Dispose();
        Grid.Dispose();
        Mask.Dispose();
    }

    private static LumaImage Luma(Tensor picture)
    {
        using var scope = NewDisposeScope();
        var luma = Losses.Luminance(picture) * 255 + 0.5;
        return new LumaImage((int)picture.size(3), (int)picture.size(2), luma.clamp(0, 255).to(ScalarType.Byte).ToArray<byte>());
    }
}
