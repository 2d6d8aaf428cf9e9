using VideoStyle.Torch.Operators;

namespace VideoStyle.Networks.RowTiles;

/// <summary>A held image that is padded when its rows are read.</summary>
/// <param name="held">The image; owned.</param>
/// <param name="pad">Padding on each side.</param>
/// <param name="edge">Whether the padding replicates the edge instead of reflecting.</param>
internal sealed class PaddedRows(RowBuffer held, int pad, bool edge) : RowSource
{
    public override int Height => held.Height + 2 * pad;

    public override Tensor Read(int first, int last)
    {
        var (low, high) = RowPadding.Sources(first, last, pad, held.Height, edge);
        var (tiles, top) = held.Covering(low, high);
        return NormKernels.Rows(tiles, top, held.Height, norm: null, residual: null, relu: false, subPixel: false, (first, last), pad, edge);
    }

    public override void Release(int first) => held.Release(Math.Max(first - pad, 0));

    public override void Dispose() => held.Dispose();
}
