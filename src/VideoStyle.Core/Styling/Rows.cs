namespace VideoStyle.Core.Styling;

/// <summary>Shares the rows of a picture out over the cores.</summary>
internal static class Rows
{
    /// <summary>Enough rows for one task to be worth its start, few enough to share a small picture out.</summary>
    private const int PerTask = 32;

    /// <summary>Calls <paramref name="body"/> once for each row, in no particular order.</summary>
    public static void For(int height, Action<int> body)
    {
        Parallel.For(0, (height + PerTask - 1) / PerTask, band =>
        {
            for (var y = band * PerTask; y < Math.Min(height, (band + 1) * PerTask); y++)
                body(y);
        });
    }
}
