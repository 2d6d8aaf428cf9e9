using VideoStyle.Torch.Operators;

namespace VideoStyle.Networks.RowTiles;

/// <summary>A convolution's result, normalised with the statistics of the whole picture when its rows are read.</summary>
/// <remarks>
/// The convolution is either computed once and held, or only measured and computed again for each row that is read: its own
/// cost once more, and no memory. The sums of the rows are added up in their order, so that the result is that of a picture
/// in one piece.
/// </remarks>
internal sealed class NormRows : PictureRows
{
    private readonly ConvolvedRows _convolution;
    private readonly NormForm _form;
    private readonly HeldRows? _held;
    private readonly double[] _sums;
    private readonly int _rawHeight;

    /// <summary>Measures a convolution.</summary>
    /// <param name="convolution">Disposed with this, or as soon as its result is held.</param>
    /// <param name="form">What is done with it.</param>
    /// <param name="strips">In how many pieces.</param>
    /// <param name="hold">Whether its result is held.</param>
    public NormRows(ConvolvedRows convolution, NormForm form, int strips, bool hold)
    {
        (_convolution, _form, _rawHeight) = (convolution, form, convolution.Height);
        _sums = new double[3 * form.Weight.size(0)];
        _held = hold ? new HeldRows() : null;
        for (var i = 0; i < strips; i++)
        {
            var (first, last) = Strip(i, strips, _rawHeight);
            if (last > first)
                Measure(first, last);
        }

        if (hold)
            _convolution.Dispose();
    }

    /// <summary>Gets the number of rows without border.</summary>
    public int PictureHeight => _form.SubPixel ? 2 * (_rawHeight - 1) : _rawHeight;

    public override int Height => PictureHeight + 2 * _form.Pad;

    /// <summary>The rows of one of several strips.</summary>
    public static (int First, int Last) Strip(int index, int count, int height) =>
        ((int)((long)height * index / count), (int)((long)height * (index + 1) / count));

    public override Tensor Read(int first, int last) => Read(first, last, _form.Pad, residual: null);

    /// <summary>Gets rows without border, a residual added.</summary>
    /// <param name="first">The first row, counted without border.</param>
    /// <param name="last">The row behind the last one.</param>
    /// <param name="residual">The same rows of another picture.</param>
    public Tensor ReadSum(int first, int last, Tensor residual) => Read(first, last, 0, residual);

    public override void Forget(int first)
    {
        var raw = Math.Max(first - _form.Pad, 0) / (_form.SubPixel ? 2 : 1);
        if (_held is null)
            _convolution.Forget(raw);
        else
            _held.Forget(raw);
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
            var end = Math.Min(last + _form.Overhang, _rawHeight);
            using var raw = _convolution.Read(first, end);
            NormKernels.RowSums([raw], first, first, Math.Max(end - _form.Overhang, first), _form.SubPixel, _sums);
            return;
        }

        _held.Add(_convolution.Read(first, last));
        _convolution.Forget(last);
        // By phases, a strip's last row is complete only with the strip below.
        var begin = Math.Max(first - _form.Overhang, 0);
        var (strips, top) = _held.Covering(begin, last);
        NormKernels.RowSums(strips, top, begin, last - _form.Overhang, _form.SubPixel, _sums);
    }

    private Tensor Read(int first, int last, int pad, Tensor? residual)
    {
        var (low, high) = Needed(first, last, pad);
        if (_held is null)
        {
            using var raw = _convolution.Read(low, high);
            return Norm([raw], low);
        }

        var (strips, top) = _held.Covering(low, high);
        return Norm(strips, top);

        Tensor Norm(Tensor[] raw, int at) =>
            NormKernels.Rows(
                raw, at, PictureHeight, (_sums, _form.Weight, _form.Bias), residual, _form.Relu, _form.SubPixel, (first, last), pad, _form.Edge);
    }

    // The rows of the convolution that some rows of the bordered picture come from.
    private (int Low, int High) Needed(int first, int last, int pad)
    {
        var (low, high) = Border.Sources(first, last, pad, PictureHeight, _form.Edge);
        return (Raw(low), Raw(high - 1) + 1);

        int Raw(int y) => _form.SubPixel ? y / 2 + y % 2 : y;
    }
}
