namespace VideoStyle.Networks.RowTiles;

/// <summary>Rows that another reader reads later: releasing frees nothing.</summary>
/// <param name="rows">Owned by the caller.</param>
internal sealed class NonOwningRows(RowSource rows) : RowSource
{
    public override int Height => rows.Height;

    public override Tensor Read(int first, int last) => rows.Read(first, last);

    public override void Release(int first)
    {
        // The other reader still needs them.
    }

    public override void Dispose()
    {
        // The other reader still needs them.
    }
}
