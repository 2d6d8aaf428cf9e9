using VideoStyle.Core.Flow;
using VideoStyle.Core.Media;
using VideoStyle.Metrics.Flow;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Training.Optimization;

/// <summary>Warps stylized frames along the flow, and computes the temporal losses against them.</summary>
/// <param name="flow">Estimates the flow; owned by the caller.</param>
/// <remarks>Ruder, Dosovitskiy and Brox, "Artistic Style Transfer for Videos", 2016, sections 4.2 and 4.3, with their per-pixel weights.</remarks>
internal sealed class TemporalTerms(IFlowEstimator flow)
{
    /// <summary>Warps a stylized frame.</summary>
    /// <param name="frame">The frame to warp to.</param>
    /// <param name="other">The content of the stylized frame.</param>
    /// <param name="stylized">The stylized frame, <c>[1, 3, H, W]</c>.</param>
    /// <returns>The warped frame, and the certainty of each pixel, <c>[1, 1, H, W]</c> in 0–1.</returns>
    internal (Tensor Warped, Tensor Certainty) Warp(LumaImage frame, LumaImage other, Tensor stylized)
    {
        var there = flow.Estimate(frame, other);
        var mask = Occlusion.Check(there, flow.Estimate(other, frame), OcclusionProfile.Ruder16);
        var certainty = HostTensor.From<byte>(mask.Certainty, 1, 1, mask.Height, mask.Width).to(ScalarType.Float32) / 255;
        return (Sampling.GridSample(stylized, FlowGrid.Of(there)), certainty);
    }

    /// <summary>The weights of the long-term loss: each frame counts where the nearer ones are disoccluded (eq. 9).</summary>
    /// <param name="certainties">From the nearest frame to the farthest.</param>
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

    /// <summary>The temporal loss: <c>Σⱼ mean cⱼ (x − wⱼ)²</c> (eqs. 7 and 8).</summary>
    internal static Func<Tensor, Tensor> Loss(IReadOnlyList<(Tensor Warped, Tensor Certainty)> before) =>
        x => before.Select(b => ((x - b.Warped).pow(2) * b.Certainty).mean()).Aggregate((a, b) => a + b);
}
