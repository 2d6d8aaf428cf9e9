namespace VideoStyle.Networks.RowTiles;

/// <summary>Maps rows of a padded image to rows of the image.</summary>
internal static class RowPadding
{
    /// <summary>Finds the row of the image that a row of the padding shows.</summary>
    /// <param name="row">From −height + 1 to 2 · height − 2.</param>
    /// <param name="height">Rows of the image.</param>
    /// <param name="edge">Whether the padding replicates the edge; reflection otherwise.</param>
    public static int Source(int row, int height, bool edge)
    {
        if (edge)
            return Math.Clamp(row, 0, height - 1);
        var period = Math.Max(2 * (height - 1), 1);
        var place = (row % period + period) % period;
        return Math.Min(place, period - place);
    }

    /// <summary>Finds the rows of the image that some rows of the padded image show.</summary>
    /// <param name="first">The first row, padding included.</param>
    /// <param name="last">The row after the last one.</param>
    /// <param name="pad">Padding on each side.</param>
    /// <param name="height">Rows of the image.</param>
    /// <param name="edge">As for <see cref="Source"/>.</param>
    /// <returns>The first row, and the row after the last one.</returns>
    public static (int Low, int High) Sources(int first, int last, int pad, int height, bool edge)
    {
        var (low, high) = (int.MaxValue, 0);
        for (var i = first; i < last; i++)
        {
            var row = Source(i - pad, height, edge);
            (low, high) = (Math.Min(low, row), Math.Max(high, row + 1));
        }

        return (low, high);
    }
}
