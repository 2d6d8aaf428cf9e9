namespace VideoStyle.Core.Compositing;

/// <summary>Divides the rows of a frame among the cores.</summary>
internal static class Rows
{
    /// <summary>The rows of one task: enough to outweigh its start and the overlap with its neighbors, few enough to occupy all cores.</summary>
    public const int PerBand = 64;

    /// <summary>Calls <paramref name="body"/> once for each band of rows, from a first row to before a last, in no particular order.</summary>
    public static void For(int height, Action<int, int> body)
    {
        var bands = (height + PerBand - 1) / PerBand;
        if (bands == 1)
            body(0, height);
        else
            Parallel.For(0, bands, band => body(band * PerBand, Math.Min(height, (band + 1) * PerBand)));
    }
}
