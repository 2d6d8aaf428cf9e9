using VideoStyle.Core.MotionEstimation;
using VideoStyle.Core.Stylizers;

namespace VideoStyle.Core.Compositing;

/// <summary>Compares the weights assigned to a frame with those of another frame along the flow, at the resolution of the flow; used by one thread.</summary>
/// <param name="own">The weights of the frame.</param>
/// <param name="other">The weights of the other frame.</param>
/// <param name="flow">The flow from the frame to the other one.</param>
internal sealed class StyleDifference(StyleMaps own, StyleMaps other, ComposedFlow flow)
{
    private readonly float[] _row = new float[own.Planes.Count * flow.Width];
    private readonly float[] _moved = new float[own.Planes.Count];
    private int _y;

    /// <summary>Goes to a row.</summary>
    public void Begin(int y)
    {
        _y = y;
        for (var style = 0; style < _moved.Length; style++)
            own.ReadRow(style, y, flow.Height, _row.AsSpan(style * flow.Width, flow.Width));
    }

    /// <summary>Gets half the sum of the absolute differences at a pixel of the row, 0–1.</summary>
    public float At(int x)
    {
        var steps = flow.Row(_y);
        var (atX, atY) = (x + steps[4 * x], _y + steps[4 * x + 1]);
        var sum = 0f;
        for (var style = 0; style < _moved.Length; style++)
        {
            _moved[style] = other.Sample(style, (atX + 0.5f) / flow.Width, (atY + 0.5f) / flow.Height);
            sum += Math.Abs(_moved[style] - _row[style * flow.Width + x]);
        }

        return sum / 2;
    }

    /// <summary>Mixes the weights at the pixel that <see cref="At"/> was asked about.</summary>
    /// <param name="style">The index of the style.</param>
    /// <param name="x">The column.</param>
    /// <param name="weight">The weight of the other frame, 0–1.</param>
    public float Mix(int style, int x, float weight)
    {
        var value = _row[style * flow.Width + x];
        return value + weight * (_moved[style] - value);
    }
}
