namespace VideoStyle.Networks.RowTiles;

/// <summary>A picture of which some rows at a time are made or kept.</summary>
/// <remarks>Rows are read in ascending order, and a few of them again by the next strip.</remarks>
internal abstract class PictureRows : IDisposable
{
    /// <summary>Gets the number of rows, those of the border with them.</summary>
    public abstract int Height { get; }

    /// <summary>Gets rows.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="last">The row behind the last one.</param>
    /// <returns><c>[1, C, last − first, W]</c>, channels-last, disposed by the caller.</returns>
    public abstract Tensor Read(int first, int last);

    /// <summary>Lets go what is kept for rows that will not be read again.</summary>
    /// <param name="first">The first row that still will.</param>
    public abstract void Forget(int first);

    /// <inheritdoc />
    public abstract void Dispose();
}
