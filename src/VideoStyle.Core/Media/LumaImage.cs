using VideoStyle.Core.Flow;

namespace VideoStyle.Core.Media;

/// <summary>A grayscale image for motion estimation: row-major, shape <c>[Height, Width]</c>, 0–255.</summary>
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

    /// <summary>Gets the luma values.</summary>
    public byte[] Pixels { get; }

    /// <summary>Subtracts a value from every pixel and clamps to 0–255.</summary>
    /// <param name="step">The value, −255 to 255.</param>
    /// <returns>Another image, which may be returned by <see cref="Release"/>.</returns>
    internal LumaImage Darkened(int step)
    {
        var pixels = ExactArrays<byte>.Rent(Pixels.Length);
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)Math.Clamp(Pixels[i] - step, 0, 255);
        return new LumaImage(Width, Height, pixels);
    }

    /// <summary>Averages blocks of 2×2 pixels; those at odd borders repeat.</summary>
    /// <returns>Another image, which may be returned by <see cref="Release"/>.</returns>
    internal LumaImage Halved()
    {
        var (width, height) = ((Width + 1) / 2, (Height + 1) / 2);
        var pixels = ExactArrays<byte>.Rent(width * height);
        for (var y = 0; y < height; y++)
        {
            var above = Pixels.AsSpan(2 * y * Width, Width);
            var below = Pixels.AsSpan(Math.Min(2 * y + 1, Height - 1) * Width, Width);
            for (var x = 0; x < Width / 2; x++)
                pixels[y * width + x] = (byte)((above[2 * x] + above[2 * x + 1] + below[2 * x] + below[2 * x + 1] + 2) / 4);
            if (width > Width / 2)
                pixels[(y + 1) * width - 1] = (byte)((above[^1] + below[^1] + 1) / 2);
        }

        return new LumaImage(width, height, pixels);
    }

    /// <summary>Replicates the right column and the lower row until no side is shorter than a length.</summary>
    /// <param name="minSide">The length in pixels.</param>
    /// <returns>The image itself where it is large enough.</returns>
    internal LumaImage Padded(int minSide)
    {
        var (width, height) = (Math.Max(minSide, Width), Math.Max(minSide, Height));
        if ((width, height) == (Width, Height))
            return this;
        var pixels = new byte[width * height];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = Pixels[Math.Min(i / width, Height - 1) * Width + Math.Min(i % width, Width - 1)];
        return new LumaImage(width, height, pixels);
    }

    /// <summary>Returns the pixels to their pool; the image must not be read afterwards. Optional.</summary>
    internal void Release() => ExactArrays<byte>.Return(Pixels);
}
