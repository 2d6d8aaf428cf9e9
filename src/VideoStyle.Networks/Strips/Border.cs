namespace VideoStyle.Networks.Strips;

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
}
