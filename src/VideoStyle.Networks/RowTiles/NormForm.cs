namespace VideoStyle.Networks.RowTiles;

/// <summary>A normalisation and the border around its result.</summary>
/// <param name="Weight">Scale, <c>[C]</c>, float.</param>
/// <param name="Bias">Offset, <c>[C]</c>, float.</param>
/// <param name="Relu">Whether max(·, 0) follows.</param>
/// <param name="SubPixel">Whether four phases of an enlarged picture are put together (<see cref="Torch.Operators.SubPixelConvolution"/>).</param>
/// <param name="Pad">Border on each side.</param>
/// <param name="Edge">Whether the border repeats the outermost pixel instead of reflecting.</param>
internal sealed record NormForm(Tensor Weight, Tensor Bias, bool Relu, bool SubPixel, int Pad, bool Edge)
{
    /// <summary>Gets how many rows more than those of its picture a convolution by phases has.</summary>
    public int Overhang => SubPixel ? 1 : 0;
}
