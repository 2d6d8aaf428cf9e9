namespace VideoStyle.Core.Media.Png;

/// <summary>The part of a PNG header that decides how rows are laid out.</summary>
internal sealed record PngHeader(int Width, int Height, int BitDepth, int ColourType)
{
    public bool IsPalette => ColourType == 3;

    /// <summary>Gets the samples of one pixel as stored; 1 for a palette.</summary>
    public int Channels =>
        ColourType switch
        {
            2 => 3,
            4 => 2,
            6 => 4,
            _ => 1,
        };

    public int RowBytes => checked((int)(((long)Width * Channels * BitDepth + 7) / 8));

    /// <summary>Gets the distance of a byte to its left neighbour in the filters, at least 1.</summary>
    public int PixelBytes => Math.Max(1, Channels * BitDepth / 8);

    public bool IsValid =>
        (ColourType, BitDepth) switch
        {
            (0, 1 or 2 or 4 or 8 or 16) => true,
            (3, 1 or 2 or 4 or 8) => true,
            (2 or 4 or 6, 8 or 16) => true,
            _ => false,
        };
}
