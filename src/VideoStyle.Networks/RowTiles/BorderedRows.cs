using VideoStyle.Torch.Operators;

namespace VideoStyle.Networks.RowTiles;

/// <summary>A picture that is held as it is, and gets its border when its rows are read.</summary>
/// <param name="held">The picture; disposed with this.</param>
/// <param name="pad">Border on each side.</param>
/// <param name="edge">Whether it repeats the outermost pixel instead of reflecting.</param>
internal sealed class BorderedRows(HeldRows held, int pad, bool edge) : PictureRows
{
    public override int Height => held.Height + 2 * pad;

    public override Tensor Read(int first, int last)
    {
        var (low, high) = Border.Sources(first, last, pad, held.Height, edge);
        var (strips, top) = held.Covering(low, high);
        return NormKernels.Rows(strips, top, held.Height, norm: null, residual: null, relu: false, subPixel: false, (first, last), pad, edge);
    }

    public override void Forget(int first) => held.Forget(Math.Max(first - pad, 0));

    public override void Dispose() => held.Dispose();
}
