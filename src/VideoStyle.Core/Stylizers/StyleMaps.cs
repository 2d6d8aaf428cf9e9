namespace VideoStyle.Core.Stylizers;

/// <summary>The weight of each style at each pixel: one plane for each style. The planes add up to 1.</summary>
public sealed class StyleMaps
{
    /// <summary>Creates maps over planes.</summary>
    /// <param name="width">Width in pixels, at least 1; may differ from the frame's.</param>
    /// <param name="height">Height in pixels, at least 1.</param>
    /// <param name="planes">One for each style, row-major, 0–1; not copied.</param>
    /// <exception cref="ArgumentException">A plane has another size.</exception>
    public StyleMaps(int width, int height, IReadOnlyList<float[]> planes)
    {
        ArgumentNullException.ThrowIfNull(planes);
        if (width < 1 || height < 1 || planes.Count == 0 || planes.Any(p => p.Length != width * height))
            throw new ArgumentException("Each plane has a value for each pixel.", nameof(planes));
        (Width, Height, Planes) = (width, height, planes);
    }

    /// <summary>Gets the width in pixels.</summary>
    public int Width { get; }

    /// <summary>Gets the height in pixels.</summary>
    public int Height { get; }

    /// <summary>Gets one plane for each style, row-major, 0–1.</summary>
    public IReadOnlyList<float[]> Planes { get; }

    /// <summary>Samples a plane bilinearly along a row of a frame of any size.</summary>
    /// <param name="style">The index of the style.</param>
    /// <param name="y">The row of the frame.</param>
    /// <param name="height">The height of the frame.</param>
    /// <param name="row">Receives one weight for each column of the frame.</param>
    public void ReadRow(int style, int y, int height, Span<float> row)
    {
        var plane = Planes[style];
        var (top, down) = Place(y, height, Height);
        var upper = plane.AsSpan(top * Width, Width);
        var lower = plane.AsSpan(Math.Min(top + 1, Height - 1) * Width, Width);
        for (var x = 0; x < row.Length; x++)
        {
            var (left, right) = Place(x, row.Length, Width);
            var next = Math.Min(left + 1, Width - 1);
            var above = upper[left] + right * (upper[next] - upper[left]);
            var below = lower[left] + right * (lower[next] - lower[left]);
            row[x] = above + down * (below - above);
        }
    }

    /// <summary>Samples a plane bilinearly.</summary>
    /// <param name="style">The index of the style.</param>
    /// <param name="x">The place, from 0 at the left side to 1 at the right one; the nearest pixel is taken outside.</param>
    /// <param name="y">The same from top to bottom.</param>
    internal float Sample(int style, float x, float y)
    {
        var plane = Planes[style];
        var ((left, right), (top, down)) = (Place(x * Width - 0.5f, Width), Place(y * Height - 0.5f, Height));
        var (upper, lower, next) = (top * Width, Math.Min(top + 1, Height - 1) * Width, Math.Min(left + 1, Width - 1));
        var above = plane[upper + left] + right * (plane[upper + next] - plane[upper + left]);
        var below = plane[lower + left] + right * (plane[lower + next] - plane[lower + left]);
        return above + down * (below - above);
    }

    // The center of pixel i of n lies at (i + ½)/n.
    private static (int First, float Fraction) Place(int i, int count, int size) => Place((i + 0.5f) * size / count - 0.5f, size);

    private static (int First, float Fraction) Place(float position, int size)
    {
        var at = Math.Clamp(position, 0, size - 1);
        var first = (int)at;
        return (first, at - first);
    }
}
