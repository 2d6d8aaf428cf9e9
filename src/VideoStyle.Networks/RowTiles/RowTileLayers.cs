using VideoStyle.Networks.Models;

namespace VideoStyle.Networks.RowTiles;

/// <summary>Computes a network layer by layer, and each layer in row tiles of the image's full width.</summary>
/// <remarks>
/// A row tile is normalized when the next layer reads it, and freed after that, so that at most one layer and one row tile of
/// the next are held. Layers of the full size, which are the largest, are not held at all: their statistics are measured, and
/// they are computed again when they are read. Unlike tiles of the frame, each with its receptive field, the row tiles of a
/// layer overlap by no more than the kernel's height, and the statistics are those of the whole image: there is no seam.
/// </remarks>
/// <param name="network">The frozen weights.</param>
/// <param name="tiles">The number of row tiles of each layer, at least 1.</param>
/// <param name="fullHeight">Rows of an image of the full size.</param>
internal sealed class RowTileLayers(StyleNetwork network, int tiles, int fullHeight) : ILayers<RowSource>
{
    public RowSource ConvNorm(RowSource x, string conv, string norm, NextLayer next = NextLayer.Convolution, int stride = 1) =>
        Norm(new ConvolutionRows(x, network.Parameters[$"{conv}.weight"], stride: stride), norm, next);

    public RowSource UpsampleConvNorm(RowSource x, string conv, string norm, NextLayer next) =>
        Norm(new ConvolutionRows(x, network.SubPixelWeight(conv)), norm, next, subPixel: true);

    public RowSource Residual(RowSource x, (string Conv, string Norm) first, (string Conv, string Norm) second, NextLayer next)
    {
        var inner = ConvNorm(new NonOwningRows(x), first.Conv, first.Norm);
        using var outer = Norm(new ConvolutionRows(inner, network.Parameters[$"{second.Conv}.weight"]), second.Norm, NextLayer.Convolution, relu: false);
        RowBuffer sum = new();
        var (pad, edge) = network.PaddingFor(next);
        for (var i = 0; i < tiles; i++)
        {
            var (top, bottom) = InstanceNormRows.TileRange(i, tiles, outer.UnpaddedHeight);
            if (top == bottom)
                continue;
            using var padded = x.Read(top + 1, bottom + 1);
            using var inside = padded.narrow(3, 1, padded.size(3) - 2);
            sum.Add(outer.ReadSum(top, bottom, inside));
            x.Release(bottom + 1);
            outer.Release(bottom + 1);
        }

        x.Dispose();
        return new PaddedRows(sum, pad, edge);
    }

    public RowSource Conv(RowSource x, string conv)
    {
        var (weight, bias, stride) = network.HeadWeights;
        return new ConvolutionRows(x, weight, bias, stride);
    }

    private InstanceNormRows Norm(ConvolutionRows convolution, string norm, NextLayer next, bool relu = true, bool subPixel = false)
    {
        var (pad, edge) = network.PaddingFor(next);
        InstanceNormLayer layer = new(network.Parameters[$"{norm}.weight"], network.Parameters[$"{norm}.bias"], relu, subPixel, pad, edge);
        var height = subPixel ? 2 * (convolution.Height - 1) : convolution.Height;
        return new InstanceNormRows(convolution, layer, tiles, hold: height < fullHeight);
    }
}
