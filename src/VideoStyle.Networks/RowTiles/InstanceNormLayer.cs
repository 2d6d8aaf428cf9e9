namespace VideoStyle.Networks.RowTiles;

/// <summary>An instance normalization with the activation before and the padding after it.</summary>
/// <param name="Weight">Scale, <c>[C]</c>, float.</param>
/// <param name="Bias">Offset, <c>[C]</c>, float.</param>
/// <param name="Relu">Whether max(·, 0) follows.</param>
/// <param name="SubPixel">Whether it reads the result of a sub-pixel convolution (<see cref="Torch.Operators.SubPixelConvolution"/>) and shuffles it.</param>
/// <param name="Pad">Padding on each side.</param>
/// <param name="Edge">Whether the padding replicates the edge instead of reflecting.</param>
internal sealed record InstanceNormLayer(Tensor Weight, Tensor Bias, bool Relu, bool SubPixel, int Pad, bool Edge)
{
    /// <summary>Gets how many more rows a sub-pixel convolution has than the unshuffled image.</summary>
    public int Overhang => SubPixel ? 1 : 0;
}
