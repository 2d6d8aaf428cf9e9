using VideoStyle.Core.MotionEstimation;
using VideoStyle.Core.Stylizers;

namespace VideoStyle.Core.Compositing;

/// <summary>Interpolates a frame from the stylized keyframes before and after it, each warped along the composed flow.</summary>
/// <param name="toEarlier">The flow from the frame to the keyframe before it; owned from here on.</param>
/// <param name="toLater">The flow from the frame to the keyframe after it; owned from here on.</param>
/// <param name="position">The frame's time between the keyframes, 0 and above, and below 1.</param>
internal sealed class BidirectionalWarp(ComposedFlow toEarlier, ComposedFlow toLater, float position) : IDisposable
{
    /// <summary>Added to both confidences, so that the weights are defined where both are 0.</summary>
    private const float MinConfidence = 0.01f;

    /// <summary>The uncovered fraction from which a stylized region is blended in, and how much more of it gives the region full weight.</summary>
    private const float RegionFrom = 0.1f;
    private const float RegionRamp = 0.4f;

    /// <summary>Gets the mean difference of the style weights to the keyframe that differs more, 0–1.</summary>
    public double StyleDifference { get; init; }

    /// <summary>Gets the fraction of the frame that neither keyframe covers, 0–1.</summary>
    public double UncoveredFraction() => ComposedFlow.UncoveredFraction(toEarlier, toLater);

    /// <summary>Finds the regions that neither keyframe covers.</summary>
    /// <param name="width">The frame's width in pixels.</param>
    /// <param name="height">The frame's height in pixels.</param>
    /// <param name="stylizer">Tells what a region costs.</param>
    /// <param name="maxUncoveredOfTile">The fraction of a tile that may stay uncovered, 0–1.</param>
    public DisoccludedRegions FindDisoccludedRegions(int width, int height, IRegionStylizer stylizer, double maxUncoveredOfTile) =>
        DisoccludedRegions.Find(new(toEarlier, toLater, width, height), stylizer, maxUncoveredOfTile);

    /// <summary>Interpolates the frame.</summary>
    /// <param name="earlier">The stylized keyframe before it.</param>
    /// <param name="later">The stylized keyframe after it.</param>
    /// <param name="regions">Stylized regions of the frame.</param>
    /// <returns>The frame. It reads the arguments, which stay the caller's, until it is disposed.</returns>
    /// <remarks>
    /// The visibility-weighted mean of Jiang et al., "Super SloMo" (CVPR 2018): each keyframe weighs as much as its confidence
    /// times its closeness in time, <c>(1 − p) c₁</c> and <c>p c₂</c>. Squared distances would preserve more contrast where
    /// strokes cancel each other out, but raise the warping error by up to 5 %.
    /// </remarks>
    public InterpolatedFrame Interpolate(StylizedFrame earlier, StylizedFrame later, IReadOnlyList<StylizedRegion> regions)
    {
        using var weighted = WeightLater();
        return new InterpolatedFrame(
            new WarpedFrame(earlier, new WarpMap(toEarlier, 0)), new WarpedFrame(later, new WarpMap(weighted, 1)), regions);
    }

    /// <summary>Interpolates the gradient energy of the frame from that of the keyframes, where its tiles were and will be.</summary>
    public TileMap Interpolate(TileMap earlier, TileMap later) => earlier.Fill((x, y) =>
    {
        var ((ax, ay), (bx, by)) = (toEarlier.At(x, y), toLater.At(x, y));
        return (1 - position) * earlier.At(x + ax, y + ay) + position * later.At(x + bx, y + by);
    });

    public void Dispose()
    {
        toEarlier.Dispose();
        toLater.Dispose();
    }

    // The flow to the later keyframe with that keyframe's weight in place of the confidence, and the regions' weight behind it.
    private ComposedFlow WeightLater()
    {
        var weighted = toLater.Copy();
        var (before, after) = (1 - position, position);
        for (var y = 0; y < weighted.Height; y++)
        {
            var first = toEarlier.Row(y);
            var second = weighted.Row(y);
            for (var i = 2; i < first.Length; i += 4)
            {
                var (a, b) = (before * (first[i] + MinConfidence), after * (second[i] + MinConfidence));
                second[i + 1] = Math.Clamp((1 - Math.Max(first[i], second[i]) - RegionFrom) / RegionRamp, 0, 1);
                second[i] = b / (a + b);
            }
        }

        return weighted;
    }
}
