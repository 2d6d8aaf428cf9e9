namespace VideoStyle.Core.Compositing;

/// <summary>Shares the rows of a picture out over the cores.</summary>
internal static class Rows
{
    /// <summary>Enough rows for one task to be worth its start and what it reads of its neighbours, few enough to share a picture out.</summary>
    public const int PerBand = 64;

    /// <summary>Calls <paramref name="body"/> once for each band of rows, from a first to before a last, in no particular order.</summary>
    public static void For(int height, Action<int, int> body)
    {
        var bands = (height + PerBand - 1) / PerBand;
        if (bands == 1)
            body(0, height);
        else
            Parallel.For(0, bands, band => body(band * PerBand, Math.Min(height, (band + 1) * PerBand)));
    }
}
