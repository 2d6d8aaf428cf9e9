namespace VideoStyle.Networks.RowTiles;

/// <summary>A convolution whose rows are computed on each read.</summary>
/// <param name="source">Its input, padding included; owned.</param>
/// <param name="weight">Kernels, <c>[out, in, k, k]</c>; owned by the caller.</param>
/// <param name="bias"><c>[out]</c>, or null for none; owned by the caller.</param>
/// <param name="stride">Stride in pixels.</param>
internal sealed class ConvolutionRows(RowSource source, Tensor weight, Tensor? bias = null, int stride = 1) : RowSource
{
    private readonly int _kernel = (int)weight.size(2);

    public override int Height => (source.Height - _kernel) / stride + 1;

    public override Tensor Read(int first, int last)
    {
        using var x = source.Read(first * stride, (last - 1) * stride + _kernel);
        return F.conv2d(x, weight, bias, [stride, stride]);
    }

    public override void Release(int first) => source.Release(first * stride);

    public override void Dispose() => source.Dispose();
}
