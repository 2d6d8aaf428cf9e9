namespace VideoStyle.Core.Flow;

/// <summary>Dense optical flow from one image to another, in pixels.</summary>
/// <remarks>
/// Vectors are stored interleaved as <c>(dx, dy)</c>, row-major, shape <c>[Height, Width, 2]</c>; x grows to the
/// right, y downwards. A backward field, from frame <c>t</c> to <c>t − 1</c>, answers "where did this pixel come
/// from?", as warping the previous frame needs.
/// </remarks>
public sealed class FlowField
{
    /// <summary>Wraps a flow buffer.</summary>
    /// <param name="width">Width in pixels, at least 1.</param>
    /// <param name="height">Height in pixels, at least 1.</param>
    /// <param name="vectors">Interleaved vectors, length <c>2 · width · height</c>; not copied.</param>
    /// <exception cref="ArgumentException">The buffer does not hold exactly one vector for each pixel.</exception>
    public FlowField(int width, int height, float[] vectors)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentNullException.ThrowIfNull(vectors);
        if (vectors.Length != 2 * width * height)
            throw new ArgumentException($"Expected {2 * width * height} values, got {vectors.Length}.", nameof(vectors));
        (Width, Height, Vectors) = (width, height, vectors);
    }

    /// <summary>Gets the width in pixels.</summary>
    public int Width { get; }

    /// <summary>Gets the height in pixels.</summary>
    public int Height { get; }

    /// <summary>Gets the vectors, interleaved.</summary>
    public float[] Vectors { get; }

    /// <summary>Gets the displacement of one pixel, in pixels.</summary>
    /// <param name="x">Column, from 0.</param>
    /// <param name="y">Row, from 0.</param>
    public (float Dx, float Dy) this[int x, int y]
    {
        get
        {
            var i = 2 * (y * Width + x);
            return (Vectors[i], Vectors[i + 1]);
        }
    }
}
