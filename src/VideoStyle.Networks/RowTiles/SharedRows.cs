namespace VideoStyle.Networks.RowTiles;

/// <summary>Rows that are needed once more: nothing is let go.</summary>
/// <param name="rows">Kept by the caller.</param>
internal sealed class SharedRows(PictureRows rows) : PictureRows
{
    public override int Height => rows.Height;

    public override Tensor Read(int first, int last) => rows.Read(first, last);

    public override void Forget(int first)
    {
        // The other reader has not been there yet.
    }

    public override void Dispose()
    {
        // As above.
    }
}
