using VideoStyle.Torch.Operators;

namespace VideoStyle.Networks.RowTiles;

/// <summary>A convolution, normalized with the statistics of the whole image when its rows are read.</summary>
/// <remarks>
/// The convolution's result is either held, or computed once for the statistics and again for each row that is read: twice the
/// cost, and no memory. The sums of the rows are added in order, so that the result equals that of the whole image.
/// </remarks>
internal sealed class InstanceNormRows : RowSource
{
    private readonly ConvolutionRows _convolution;
    private readonly InstanceNormLayer _layer;
    private readonly RowBuffer? _held;
    private readonly double[] _sums;
    private readonly int _rawHeight;

    /// <summary>Measures the statistics of a convolution.</summary>
    /// <param name="convolution">Owned; disposed early where its result is held.</param>
    /// <param name="layer">The normalization.</param>
    /// <param name="tiles">The number of row tiles.</param>
    /// <param name="hold">Whether the convolution's result is held.</param>
    public InstanceNormRows(ConvolutionRows convolution, InstanceNormLayer layer, int tiles, bool hold)
    {
        (_convolution, _layer, _rawHeight) = (convolution, layer, convolution.Height);
        _sums = new double[3 * layer.Weight.size(0)];
        _held = hold ? new RowBuffer() : null;
        for (var i = 0; i < tiles; i++)
        {
            var (first, last) = TileRange(i, tiles, _rawHeight);
            if (last > first)
                Measure(first, last);
        }

        if (hold)
            _convolution.Dispose();
    }

    /// <summary>Gets the number of rows without padding.</summary>
    public int UnpaddedHeight => _layer.SubPixel ? 2 * (_rawHeight - 1) : _rawHeight;

    public override int Height => UnpaddedHeight + 2 * _layer.Pad;

    /// <summary>The rows of one of several row tiles.</summary>
    public static (int First, int Last) TileRange(int index, int count, int height) =>
        ((int)((long)height * index / count), (int)((long)height * (index + 1) / count));

    public override Tensor Read(int first, int last) => Read(first, last, _layer.Pad, residual: null);

    /// <summary>Computes rows without padding, and adds a residual.</summary>
    /// <param name="first">The first row, counted without padding.</param>
    /// <param name="last">The row after the last one.</param>
    /// <param name="residual">The same rows of another image.</param>
    public Tensor ReadSum(int first, int last, Tensor residual) => Read(first, last, 0, residual);

    public override void Release(int first)
    {
        var raw = Math.Max(first - _layer.Pad, 0) / (_layer.SubPixel ? 2 : 1);
        if (_held is null)
            _convolution.Release(raw);
        else
            _held.Release(raw);
    }

    public override void Dispose()
    {
        _held?.Dispose();
        _convolution.Dispose();
    }

    private void Measure(int first, int last)
    {
        if (_held is null)
        {
            var end = Math.Min(last + _layer.Overhang, _rawHeight);
            using var raw = _convolution.Read(first, end);
            NormKernels.RowSums([raw], first, first, Math.Max(end - _layer.Overhang, first), _layer.SubPixel, _sums);
            return;
        }

        _held.Add(_convolution.Read(first, last));
        _convolution.Release(last);
        // With sub-pixel convolution the last row of a tile is complete only with the tile below.
        var begin = Math.Max(first - _layer.Overhang, 0);
        var (tiles, top) = _held.Covering(begin, last);
        NormKernels.RowSums(tiles, top, begin, last - _layer.Overhang, _layer.SubPixel, _sums);
    }

    private Tensor Read(int first, int last, int pad, Tensor? residual)
    {
        var (low, high) = Needed(first, last, pad);
        if (_held is null)
        {
            using var raw = _convolution.Read(low, high);
            return Norm([raw], low);
        }

        var (tiles, top) = _held.Covering(low, high);
        return Norm(tiles, top);

        Tensor Norm(Tensor[] raw, int at) =>
            NormKernels.Rows(
                raw, at, UnpaddedHeight, (_sums, _layer.Weight, _layer.Bias), residual, _layer.Relu, _layer.SubPixel, (first, last), pad, _layer.Edge);
    }

    // The rows of the convolution that some rows of the padded image come from.
    private (int Low, int High) Needed(int first, int last, int pad)
    {
        var (low, high) = RowPadding.Sources(first, last, pad, UnpaddedHeight, _layer.Edge);
        return (Raw(low), Raw(high - 1) + 1);

        int Raw(int y) => _layer.SubPixel ? y / 2 + y % 2 : y;
    }
}
