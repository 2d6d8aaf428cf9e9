using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using VideoStyle.Core.Flow;

namespace VideoStyle.Metrics.Flow;

/// <summary>Samples a flow field between pixels.</summary>
/// <param name="field">The field; a vector is read as one value.</param>
internal readonly ref struct FlowSampler(FlowField field)
{
    private readonly ReadOnlySpan<Vector2> _vectors = MemoryMarshal.Cast<float, Vector2>(field.Vectors);
    private readonly int _width = field.Width;
    private readonly int _lastX = field.Width - 1;
    private readonly int _lastY = field.Height - 1;

    public Vector2 this[int x, int y] => _vectors[y * _width + x];

    /// <summary>Interpolates bilinearly; a position outside is moved to the nearest edge pixel.</summary>
    /// <remarks>The order of operations is that of FlowNet2's <c>Resample2d</c>, so that masks agree to the last bit.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector2 Bilinear(float x, float y)
    {
        var (floorX, floorY) = (MathF.Floor(x), MathF.Floor(y));
        var (alpha, beta) = (x - floorX, y - floorY);
        // Clamped as floats: the conversion of a huge value to int would be undefined.
        var left = (int)Math.Clamp(floorX, 0, _lastX);
        var right = (int)Math.Clamp(floorX + 1, 0, _lastX);
        var top = (int)Math.Clamp(floorY, 0, _lastY);
        var bottom = (int)Math.Clamp(floorY + 1, 0, _lastY);
        var (a, b) = (this[left, top], this[right, top]);
        var (c, d) = (this[left, bottom], this[right, bottom]);
        return (1 - alpha) * (1 - beta) * a + alpha * (1 - beta) * b + (1 - alpha) * beta * c + alpha * beta * d;
    }
}
