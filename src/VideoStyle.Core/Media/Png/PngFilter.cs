namespace VideoStyle.Core.Media.Png;

/// <summary>The five row filters of PNG (section 9 of the standard).</summary>
internal static class PngFilter
{
    /// <summary>Restores a row in place.</summary>
    /// <param name="filter">The filter's number.</param>
    /// <param name="row">The filtered row.</param>
    /// <param name="above">The restored row above, empty for the first.</param>
    /// <param name="pixelBytes">Distance to the left neighbour.</param>
    /// <returns>False for a number that does not exist.</returns>
    public static bool Undo(byte filter, Span<byte> row, ReadOnlySpan<byte> above, int pixelBytes)
    {
        if (filter > 4)
            return false;
        for (var i = 0; filter != 0 && i < row.Length; i++)
        {
            var left = i < pixelBytes ? 0 : row[i - pixelBytes];
            var up = above.IsEmpty ? 0 : above[i];
            var upLeft = above.IsEmpty || i < pixelBytes ? 0 : above[i - pixelBytes];
            row[i] += (byte)(
                filter switch
                {
                    1 => left,
                    2 => up,
                    3 => (left + up) / 2,
                    _ => Paeth(left, up, upLeft),
                }
            );
        }

        return true;
    }

    private static int Paeth(int left, int up, int upLeft)
    {
        var estimate = left + up - upLeft;
        var (toLeft, toUp, toUpLeft) = (Math.Abs(estimate - left), Math.Abs(estimate - up), Math.Abs(estimate - upLeft));
        if (toLeft <= toUp && toLeft <= toUpLeft)
            return left;
        return toUp <= toUpLeft ? up : upLeft;
    }
}
