namespace VideoStyle.Networks.RowTiles;

/// <summary>Which row of a picture stands at a place of its border.</summary>
internal static class Border
{
    /// <summary>Finds the row.</summary>
    /// <param name="row">From −height + 1 to 2 · height − 2.</param>
    /// <param name="height">Rows of the picture.</param>
    /// <param name="edge">Whether the outermost row is repeated; mirrored around it otherwise.</param>
    public static int Source(int row, int height, bool edge)
    {
        if (edge)
            return Math.Clamp(row, 0, height - 1);
        var period = Math.Max(2 * (height - 1), 1);
        var place = (row % period + period) % period;
        return Math.Min(place, period - place);
    }

    /// <summary>Finds the rows of a picture that some rows of the bordered one come from.</summary>
    /// <param name="first">The first row, border included.</param>
    /// <param name="last">The row behind the last one.</param>
    /// <param name="pad">Border on each side.</param>
    /// <param name="height">Rows of the picture.</param>
    /// <param name="edge">As for <see cref="Source"/>.</param>
    /// <returns>The first row, and the row behind the last one.</returns>
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
