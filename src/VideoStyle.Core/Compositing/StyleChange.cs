using VideoStyle.Core.MotionEstimation;
using VideoStyle.Core.Stylizers;

namespace VideoStyle.Core.Compositing;

/// <summary>Keeps paint of one style from being followed to where another style is assigned.</summary>
/// <remarks>
/// The weights of the styles that a blended frame was painted with follow the blend, <c>c_t = (1 − a) w_t + a W(c_{t−1})</c>, with the weights
/// <c>w_t</c> assigned to the frame and the blend weight <c>a</c>. Where they differ by <c>d = ½ Σ |W(c) − w|</c>, <c>a</c> is limited.
/// </remarks>
internal static class StyleChange
{
    /// <summary>
    /// The blend weight at a complete change. The share of the old paint is then 0.42, 0.19, 0.1, 0.06 and so on, and what follows is a mean of
    /// enough new frames; a smaller weight would leave the strokes of a single one to be held.
    /// </summary>
    private const float SwitchWeight = 0.4f;

    /// <summary>
    /// How much of the difference is held beyond that. Below a difference of about 0.05 nothing is limited: what remains is 26 dB below the
    /// styles' difference, and slow changes cost no coherence.
    /// </summary>
    private const float Held = 0.0225f;

    /// <summary>The difference from which a keyframe is trusted less, and how much more of it ends the trust. Mixing two keyframes interpolates their weights, so gradual changes pass.</summary>
    private const float KeyframeFrom = 0.1f;
    private const float KeyframeRamp = 0.4f;

    /// <summary>Limits the confidence in the flow to the previous blended frame to what may remain of its paint.</summary>
    /// <param name="flow">The flow to it.</param>
    /// <param name="blendWeight">The blend weight α where the confidence is 1.</param>
    /// <param name="assigned">The weights of the frame; null where styles do not change.</param>
    /// <param name="painted">The weights that the previous blended frame was painted with.</param>
    /// <returns>The weights that the blended frame is painted with.</returns>
    public static StyleWeights? Follow(ComposedFlow flow, float blendWeight, StyleWeights? assigned, StyleWeights? painted)
    {
        if (assigned is null || painted is null || ReferenceEquals(assigned, painted) || !assigned.IsLike(painted) || blendWeight == 0)
            return assigned;
        if (assigned.Maps is null)
            return FollowWhole(flow, blendWeight, assigned, painted);
        var count = assigned.Maps.Planes.Count;
        float[][] planes = [.. Enumerable.Range(0, count).Select(_ => new float[flow.Width * flow.Height])];
        Rows.For(flow.Height, (first, last) =>
        {
            StyleDifference difference = new(assigned.Maps, painted.Maps!, flow);
            for (var y = first; y < last; y++)
            {
                var row = flow.Row(y);
                difference.Begin(y);
                for (var x = 0; x < flow.Width; x++)
                {
                    ref var confidence = ref row[4 * x + 2];
                    confidence = Math.Min(confidence, MaxWeight(difference.At(x)) / blendWeight);
                    for (var style = 0; style < count; style++)
                        planes[style][y * flow.Width + x] = difference.Mix(style, x, blendWeight * confidence);
                }
            }
        });
        return new StyleWeights([], new StyleMaps(flow.Width, flow.Height, planes));
    }

    /// <summary>Lowers the confidence in the flow to a keyframe where the keyframe has another style than the frame.</summary>
    /// <param name="flow">The flow from the frame to the keyframe.</param>
    /// <param name="assigned">The weights of the frame.</param>
    /// <param name="keyframe">The weights of the keyframe.</param>
    /// <returns>The mean difference of the weights, 0–1.</returns>
    public static double Limit(ComposedFlow flow, StyleWeights? assigned, StyleWeights? keyframe)
    {
        if (assigned is null || keyframe is null || !assigned.IsLike(keyframe))
            return 0;
        if (assigned.Maps is null)
        {
            var whole = assigned.DifferenceTo(keyframe);
            for (var y = 0; Trust(whole) < 1 && y < flow.Height; y++)
                for (var x = 0; x < flow.Width; x++)
                    flow.Row(y)[4 * x + 2] *= Trust(whole);
            return whole;
        }

        var sums = new double[flow.Height];
        Rows.For(flow.Height, (first, last) =>
        {
            StyleDifference difference = new(assigned.Maps, keyframe.Maps!, flow);
            for (var y = first; y < last; y++)
            {
                var row = flow.Row(y);
                difference.Begin(y);
                for (var x = 0; x < flow.Width; x++)
                {
                    var at = difference.At(x);
                    sums[y] += at;
                    row[4 * x + 2] *= Trust(at);
                }
            }
        });
        return sums.Sum() / ((double)flow.Width * flow.Height);
    }

    private static StyleWeights FollowWhole(ComposedFlow flow, float blendWeight, StyleWeights assigned, StyleWeights painted)
    {
        var weight = Math.Min(blendWeight, MaxWeight(assigned.DifferenceTo(painted)));
        for (var y = 0; weight < blendWeight && y < flow.Height; y++)
        {
            var row = flow.Row(y);
            for (var i = 2; i < row.Length; i += 4)
                row[i] = Math.Min(row[i], weight / blendWeight);
        }

        return new StyleWeights([.. assigned.Weights.Zip(painted.Weights, (own, old) => own + weight * (old - own))]);
    }

    private static float MaxWeight(float difference) => difference <= Held ? 1 : Math.Min(1, SwitchWeight + Held / difference);

    private static float Trust(float difference) => 1 - Math.Clamp((difference - KeyframeFrom) / KeyframeRamp, 0, 1);
}
