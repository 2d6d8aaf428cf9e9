using System.Runtime.CompilerServices;
using VideoStyle.Core.Flow;

namespace VideoStyle.Core.Media;

/// <summary>A grey picture for motion estimation: row-major, shape <c>[Height, Width]</c>, 0–255.</summary>
public sealed class LumaImage
{
    /// <summary>Creates an image over a buffer.</summary>
    /// <param name="width">Width in pixels, at least 1.</param>
    /// <param name="height">Height in pixels, at least 1.</param>
    /// <param name="pixels">Exactly <c>width · height</c> bytes; not copied.</param>
    /// <exception cref="ArgumentException">The buffer has another length.</exception>
    public LumaImage(int width, int height, byte[] pixels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentNullException.ThrowIfNull(pixels);
        if (pixels.Length != width * height)
            throw new ArgumentException($"Expected {width * height} values, got {pixels.Length}.", nameof(pixels));
        (Width, Height, Pixels) = (width, height, pixels);
    }

    /// <summary>Gets the width in pixels.</summary>
    public int Width { get; }

    /// <summary>Gets the height in pixels.</summary>
    public int Height { get; }

    /// <summary>Gets the grey values.</summary>
    public byte[] Pixels { get; }

    /// <summary>Gives the pixels back to be used again; nobody may read the image any more. Never necessary.</summary>
    internal void Release() => ExactArrays<byte>.Return(Pixels);

    /// <summary>Reads between the pixels, bilinearly.</summary>
    /// <param name="x">Column, 0 to Width − 1.</param>
    /// <param name="y">Row, 0 to Height − 1.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal float Sample(float x, float y)
    {
        var (ix, iy) = (Math.Min((int)x, Math.Max(Width - 2, 0)), Math.Min((int)y, Math.Max(Height - 2, 0)));
        var (jx, jy) = (Math.Min(ix + 1, Width - 1), Math.Min(iy + 1, Height - 1));
        var (wx, wy) = (x - ix, y - iy);
        var (top, bottom) = (iy * Width, jy * Width);
        var above = Pixels[top + ix] + wx * (Pixels[top + jx] - Pixels[top + ix]);
        return above + wy * (Pixels[bottom + ix] + wx * (Pixels[bottom + jx] - Pixels[bottom + ix]) - above);
    }
}
