namespace VideoStyle.Core.Compositing;

/// <summary>A rectangle of pixels.</summary>
/// <param name="Left">Its first column.</param>
/// <param name="Top">Its first row.</param>
/// <param name="Width">Columns, at least 1.</param>
/// <param name="Height">Rows, at least 1.</param>
public readonly record struct Region(int Left, int Top, int Width, int Height)
{
    /// <summary>Gets the column behind the last one.</summary>
    public int Right => Left + Width;

    /// <summary>Gets the row behind the last one.</summary>
    public int Bottom => Top + Height;

    /// <summary>Gets the number of pixels.</summary>
    public long Pixels => (long)Width * Height;

    /// <summary>Gets the smallest rectangle that contains both.</summary>
    /// <param name="other">The other rectangle.</param>
    public Region Union(Region other)
    {
        var (left, top) = (Math.Min(Left, other.Left), Math.Min(Top, other.Top));
        return new Region(left, top, Math.Max(Right, other.Right) - left, Math.Max(Bottom, other.Bottom) - top);
    }
}
