namespace VideoStyle.Networks.RowTiles;

/// <summary>A convolution whose rows are computed when they are asked for, and each time again.</summary>
/// <param name="source">What it reads, border included; disposed with this.</param>
/// <param name="weight">Kernels, <c>[out, in, k, k]</c>; kept by the caller.</param>
/// <param name="bias"><c>[out]</c>, or null for none; kept by the caller.</param>
/// <param name="stride">Step in pixels.</param>
internal sealed class ConvolvedRows(PictureRows source, Tensor weight, Tensor? bias = null, int stride = 1) : PictureRows
{
    private readonly int _kernel = (int)weight.size(2);

    public override int Height => (source.Height - _kernel) / stride + 1;

    public override Tensor Read(int first, int last)
    {
        using var x = source.Read(first * stride, (last - 1) * stride + _kernel);
        return F.conv2d(x, weight, bias, [stride, stride]);
    }

    public override void Forget(int first) => source.Forget(first * stride);

    public override void Dispose() => source.Dispose();
}
