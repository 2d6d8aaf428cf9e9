namespace VideoStyle.Networks.RowTiles;

/// <summary>An image of which only some rows are computed or held at a time.</summary>
/// <remarks>Rows are read in ascending order; each row tile reads a few rows of the one before again.</remarks>
internal abstract class RowSource : IDisposable
{
    /// <summary>Gets the number of rows, padding included.</summary>
    public abstract int Height { get; }

    /// <summary>Computes rows.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="last">The row after the last one.</param>
    /// <returns><c>[1, C, last − first, W]</c>, channels-last; owned by the caller.</returns>
    public abstract Tensor Read(int first, int last);

    /// <summary>Frees what is held for rows that will not be read again.</summary>
    /// <param name="first">The first row that will still be read.</param>
    public abstract void Release(int first);

    /// <inheritdoc />
    public abstract void Dispose();
}
