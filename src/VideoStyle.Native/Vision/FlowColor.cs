using VideoStyle.Core.Flow;

namespace VideoStyle.Native.Vision;

/// <summary>Renders flow in the color code of the Middlebury benchmark: hue for direction, saturation for length.</summary>
/// <remarks>Baker et al., "A Database and Evaluation Methodology for Optical Flow", 2011; the wheel has 55 colors.</remarks>
public static class FlowColor
{
    private static readonly (float R, float G, float B)[] Wheel = MakeWheel();

    /// <summary>Renders a field.</summary>
    /// <param name="flow">The field.</param>
    /// <param name="fullLengthPx">The length that is shown fully saturated, in pixels, more than 0; longer ones are darkened.</param>
    /// <returns>RGB bytes, shape <c>[Height, Width, 3]</c>; unknown vectors are black.</returns>
    public static byte[] Render(FlowField flow, float fullLengthPx)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(fullLengthPx);
        var pixels = new byte[3 * flow.Width * flow.Height];
        for (var i = 0; i < flow.Width * flow.Height; i++)
        {
            var (dx, dy) = (flow.Vectors[2 * i], flow.Vectors[2 * i + 1]);
            if (FlowVector.IsKnown(dx, dy))
                (pixels[3 * i], pixels[3 * i + 1], pixels[3 * i + 2]) = Of(dx / fullLengthPx, dy / fullLengthPx);
        }

        return pixels;
    }

    /// <summary>Gets a length that nearly all vectors stay under, for <see cref="Render"/>.</summary>
    /// <param name="flow">The field.</param>
    /// <returns>The 99th percentile of the lengths of its known vectors, at least 1 pixel.</returns>
    public static float SuggestFullLength(FlowField flow)
    {
        ArgumentNullException.ThrowIfNull(flow);
        var lengths = new List<float>(flow.Vectors.Length / 2);
        for (var i = 0; i < flow.Vectors.Length; i += 2)
            if (FlowVector.IsKnown(flow.Vectors[i], flow.Vectors[i + 1]))
                lengths.Add(MathF.Sqrt(flow.Vectors[i] * flow.Vectors[i] + flow.Vectors[i + 1] * flow.Vectors[i + 1]));
        lengths.Sort();
        return lengths.Count == 0 ? 1 : Math.Max(1, lengths[(int)(0.99 * (lengths.Count - 1))]);
    }

    private static (byte R, byte G, byte B) Of(float u, float v)
    {
        var radius = MathF.Sqrt(u * u + v * v);
        var position = (MathF.Atan2(-v, -u) / MathF.PI + 1) / 2 * (Wheel.Length - 1);
        var index = (int)position;
        var fraction = position - index;
        var (a, b) = (Wheel[index], Wheel[(index + 1) % Wheel.Length]);
        return (Shade(a.R, b.R), Shade(a.G, b.G), Shade(a.B, b.B));

        byte Shade(float first, float second)
        {
            var color = (1 - fraction) * first + fraction * second;
            return (byte)(255 * (radius <= 1 ? 1 - radius * (1 - color) : 0.75f * color));
        }
    }

    /// <summary>Red to yellow, green, cyan, blue, magenta and back, in steps as even to the eye as the authors found them.</summary>
    private static (float R, float G, float B)[] MakeWheel()
    {
        var wheel = new List<(float, float, float)>();
        Segment(15, t => (1, t, 0));
        Segment(6, t => (1 - t, 1, 0));
        Segment(4, t => (0, 1, t));
        Segment(11, t => (0, 1 - t, 1));
        Segment(13, t => (t, 0, 1));
        Segment(6, t => (1, 0, 1 - t));
        return [.. wheel];

        void Segment(int steps, Func<float, (float, float, float)> color)
        {
            for (var i = 0; i < steps; i++)
                wheel.Add(color(MathF.Floor(255f * i / steps) / 255f));
        }
    }
}
