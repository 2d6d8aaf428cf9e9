using VideoStyle.Networks.Models;

namespace VideoStyle.Networks.RowTiles;

/// <summary>Computes a network layer by layer, and each layer in strips of the picture's width.</summary>
/// <remarks>
/// A strip of a layer's result is normalised only when the next layer reads it, and given back behind it, so that no more
/// than one layer is held, and a strip of the next. Layers of the picture's full size, which are the largest, are not held
/// at all: they are measured, and computed again when they are read. Unlike tiles, each with its receptive field, strips of
/// one layer need no more of the layer before than the height of a kernel, and the statistics are those of the whole
/// picture, so that there is no seam.
/// </remarks>
/// <param name="network">The weights, in their final form.</param>
/// <param name="strips">The number of strips of each layer, at least 1.</param>
/// <param name="fullHeight">Rows of a picture of the full size.</param>
internal sealed class RowTileLayers(StyleNetwork network, int strips, int fullHeight) : ILayers<PictureRows>
{
    public PictureRows ConvNorm(PictureRows x, string conv, string norm, NextLayer next = NextLayer.Convolution, int stride = 1) =>
        Norm(new ConvolvedRows(x, network.Parameters[$"{conv}.weight"], stride: stride), norm, next);

    public PictureRows EnlargedConvNorm(PictureRows x, string conv, string norm, NextLayer next) =>
        Norm(new ConvolvedRows(x, network.PhaseWeight(conv)), norm, next, phases: true);

    public PictureRows Residual(PictureRows x, (string Conv, string Norm) first, (string Conv, string Norm) second, NextLayer next)
    {
        var inner = ConvNorm(new SharedRows(x), first.Conv, first.Norm);
        using var outer = Norm(new ConvolvedRows(inner, network.Parameters[$"{second.Conv}.weight"]), second.Norm, NextLayer.Convolution, relu: false);
        HeldRows sum = new();
        var (pad, edge) = network.BorderFor(next);
        for (var i = 0; i < strips; i++)
        {
            var (top, bottom) = NormRows.Strip(i, strips, outer.PictureHeight);
            if (top == bottom)
                continue;
            using var bordered = x.Read(top + 1, bottom + 1);
            using var inside = bordered.narrow(3, 1, bordered.size(3) - 2);
            sum.Add(outer.ReadSum(top, bottom, inside));
            x.Forget(bottom + 1);
            outer.Forget(bottom + 1);
        }

        x.Dispose();
        return new BorderedRows(sum, pad, edge);
    }

    public PictureRows Conv(PictureRows x, string conv)
    {
        var (weight, bias, stride) = network.HeadWeights;
        return new ConvolvedRows(x, weight, bias, stride);
    }

    private NormRows Norm(ConvolvedRows convolution, string norm, NextLayer next, bool relu = true, bool phases = false)
    {
        var (pad, edge) = network.BorderFor(next);
        NormForm form = new(network.Parameters[$"{norm}.weight"], network.Parameters[$"{norm}.bias"], relu, phases, pad, edge);
        var height = phases ? 2 * (convolution.Height - 1) : convolution.Height;
        return new NormRows(convolution, form, strips, height < fullHeight);
    }
}
