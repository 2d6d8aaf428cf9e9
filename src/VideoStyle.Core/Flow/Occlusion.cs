using System.Numerics;

namespace VideoStyle.Core.Flow;

/// <summary>Finds the pixels that can be followed from one picture to another.</summary>
public static class Occlusion
{
    private const float RelativeSlack = 0.01f;
    private const float ConsistencySlack = 0.5f;
    private const float BoundarySlack = 0.002f;

    /// <summary>Checks a flow against its opposite.</summary>
    /// <param name="flow">Flow from picture <c>a</c> to <c>b</c>.</param>
    /// <param name="opposite">Flow from <c>b</c> to <c>a</c>, of the same size.</param>
    /// <param name="profile">Whose rule.</param>
    /// <returns>The certainty of each pixel of <c>a</c>. Where either flow is unknown it is 0 in every profile.</returns>
    /// <exception cref="ArgumentException">The fields differ in size.</exception>
    public static ValidityMask Check(FlowField flow, FlowField opposite, OcclusionProfile profile)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(opposite);
        if (flow.Width != opposite.Width || flow.Height != opposite.Height)
            throw new ArgumentException("The fields differ in size.", nameof(opposite));

        return profile switch
        {
            OcclusionProfile.Lai18 => CheckLai18(flow, opposite),
            OcclusionProfile.Ruder16 => RuderConsistency.Check(flow, opposite).ToRuder16(),
            OcclusionProfile.Ruder18 => RuderConsistency.Check(flow, opposite).ToRuder18(),
            OcclusionProfile.HiddenOnly => RuderConsistency.Check(flow, opposite).ToHiddenOnly(),
            _ => throw new ArgumentOutOfRangeException(nameof(profile)),
        };
    }

    private static ValidityMask CheckLai18(FlowField flow, FlowField opposite)
    {
        var certainty = new byte[flow.Width * flow.Height];
        Parallel.For(0, flow.Height, y =>
        {
            var here = new FlowSampler(flow);
            var there = new FlowSampler(opposite);
            for (var x = 0; x < flow.Width; x++)
                certainty[y * flow.Width + x] = IsLai18Valid(flow, here, there, x, y) ? (byte)255 : (byte)0;
        });
        return new ValidityMask(flow.Width, flow.Height, certainty);
    }

    private static bool IsLai18Valid(FlowField flow, FlowSampler here, FlowSampler there, int x, int y)
    {
        var w = here[x, y];
        if (!FlowVector.IsKnown(w.X, w.Y))
            return false;
        var back = there.Bilinear(x + w.X, y + w.Y);
        if (!FlowVector.IsKnown(back.X, back.Y))
            return false;

        var length = Square(w);
        if (Square(w + back) > RelativeSlack * (Square(back) + length) + ConsistencySlack)
            return false;

        var right = x < flow.Width - 1 ? w - here[x + 1, y] : Vector2.Zero;
        var down = y < flow.Height - 1 ? w - here[x, y + 1] : Vector2.Zero;
        // Their code keeps the differences in double precision and the right-hand side in single.
        var gradient = ((double)right.X * right.X + (double)down.X * down.X) + ((double)right.Y * right.Y + (double)down.Y * down.Y);
        return gradient <= RelativeSlack * length + BoundarySlack;
    }

    private static float Square(Vector2 v) => v.X * v.X + v.Y * v.Y;
}
