using VideoStyle.Core.Flow;
using VideoStyle.Core.Media;
using VideoStyle.Metrics.Flow;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Training.Optimization;

/// <summary>Follows a painting from one frame of a video to another.</summary>
/// <param name="flow">Estimates motion; owned by the caller.</param>
/// <remarks>Ruder, Dosovitskiy and Brox, "Artistic Style Transfer for Videos", 2016, section 4.2, with their certainties.</remarks>
internal sealed class TemporalTerms(IFlowEstimator flow)
{
    /// <summary>Warps a painting.</summary>
    /// <param name="frame">The frame to warp to.</param>
    /// <param name="other">The frame that the painting is of.</param>
    /// <param name="painted">The painting, <c>[1, 3, H, W]</c>.</param>
    /// <returns>The warped painting, and how certain each pixel is, <c>[1, 1, H, W]</c> in 0–1.</returns>
    internal (Tensor Warped, Tensor Certainty) Warp(LumaImage frame, LumaImage other, Tensor painted)
    {
        var there = flow.Estimate(frame, other);
        var mask = Occlusion.Check(there, flow.Estimate(other, frame), OcclusionProfile.Ruder16);
        var certainty = HostTensor.From<byte>(mask.Certainty, 1, 1, mask.Height, mask.Width).to(ScalarType.Float32) / 255;
        return (Sampling.GridSample(painted, FlowGrid.Of(there)), certainty);
    }

    /// <summary>What a long-term loss adds where the nearer frames know nothing (eq. 9).</summary>
    /// <param name="certainties">From the nearest frame to the furthest.</param>
    internal static Tensor[] LongTerm(IReadOnlyList<Tensor> certainties)
    {
        var result = new Tensor[certainties.Count];
        var sum = certainties[0];
        result[0] = sum;
        for (var i = 1; i < result.Length; i++)
        {
            result[i] = (certainties[i] - sum).clamp(0, 1);
            sum += certainties[i];
        }

        return result;
    }

    /// <summary>How far a painting is from what it was before: <c>Σⱼ mean cⱼ (x − wⱼ)²</c> (eqs. 7 and 8).</summary>
    internal static Func<Tensor, Tensor> Loss(IReadOnlyList<(Tensor Warped, Tensor Certainty)> before) =>
        x => before.Select(b => ((x - b.Warped).pow(2) * b.Certainty).mean()).Aggregate((a, b) => a + b);
}
