using System.Runtime.CompilerServices;

namespace VideoStyle.Training.Flow;

/// <summary>A grayscale photo with its mipmaps, sampled bilinearly and mirrored beyond its border.</summary>
internal sealed class Texture
{
    private readonly List<(byte[] Pixels, int Width, int Height)> _levels = [];

    /// <summary>Builds the mipmaps.</summary>
    /// <param name="pixels">Luma, 0–255, row-major; kept.</param>
    /// <param name="width">Width in pixels, at least 1.</param>
    /// <param name="height">Height in pixels, at least 1.</param>
    internal Texture(byte[] pixels, int width, int height)
    {
        _levels.Add((pixels, width, height));
        while (Math.Min(_levels[^1].Width, _levels[^1].Height) >= 16)
            _levels.Add(Halve(_levels[^1]));
    }

    internal int Width => _levels[0].Width;

    internal int Height => _levels[0].Height;

    /// <summary>Samples the photo.</summary>
    /// <param name="x">Column in pixels of the photo; a pixel's centre is at its index.</param>
    /// <param name="y">Row.</param>
    /// <param name="level">The mipmap: 0 is the photo, each next one half of the one before.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal float Sample(float x, float y, int level)
    {
        level = Math.Min(level, _levels.Count - 1);
        var (pixels, width, height) = _levels[level];
        var scale = 1f / (1 << level);
        x = (x + 0.5f) * scale - 0.5f;
        y = (y + 0.5f) * scale - 0.5f;
        var (fx, fy) = (MathF.Floor(x), MathF.Floor(y));
        var (ax, ay) = (x - fx, y - fy);
        var (x0, y0) = (Mirror((int)fx, width), Mirror((int)fy, height) * width);
        var (x1, y1) = (Mirror((int)fx + 1, width), Mirror((int)fy + 1, height) * width);
        var top = pixels[y0 + x0] + ax * (pixels[y0 + x1] - pixels[y0 + x0]);
        var bottom = pixels[y1 + x0] + ax * (pixels[y1 + x1] - pixels[y1 + x0]);
        return top + ay * (bottom - top);
    }

    private static int Mirror(int i, int size)
    {
        if ((uint)i < (uint)size)
            return i;
        i = (int)((uint)(i < 0 ? ~i : i) % (uint)(2 * size));
        return i < size ? i : 2 * size - 1 - i;
    }

    private static (byte[] Pixels, int Width, int Height) Halve((byte[] Pixels, int Width, int Height) full)
    {
        var (width, height) = (full.Width / 2, full.Height / 2);
        var half = new byte[width * height];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var at = 2 * y * full.Width + 2 * x;
                half[y * width + x] = (byte)((full.Pixels[at] + full.Pixels[at + 1] + full.Pixels[at + full.Width] + full.Pixels[at + full.Width + 1] + 2) / 4);
            }
        }

        return (half, width, height);
    }
}
