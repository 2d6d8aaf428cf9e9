namespace VideoStyle.Core.Stylizers;

/// <summary>Which style is painted where: one plane a style, which add up to 1 at each pixel.</summary>
public sealed class StyleMaps
{
    /// <summary>Takes planes.</summary>
    /// <param name="width">Width in pixels, at least 1; may differ from the frame's.</param>
    /// <param name="height">Height in pixels, at least 1.</param>
    /// <param name="planes">One for each style, row-major, 0–1; kept.</param>
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

    /// <summary>Reads a row of one style's plane as it lies over a picture of another size, bilinearly.</summary>
    /// <param name="style">Number of the style.</param>
    /// <param name="y">Row of the picture.</param>
    /// <param name="height">Height of the picture.</param>
    /// <param name="row">Receives a value for each column of the picture.</param>
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

    // The middle of pixel i of n lies at (i + ½)/n.
    private static (int First, float Fraction) Place(int i, int count, int size)
    {
        var at = Math.Clamp((i + 0.5f) * size / count - 0.5f, 0, size - 1);
        var first = (int)at;
        return (first, at - first);
    }
}
