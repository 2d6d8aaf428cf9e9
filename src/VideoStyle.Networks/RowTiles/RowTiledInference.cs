using VideoStyle.Core.Media;
using VideoStyle.Core.Stylizers;
using VideoStyle.Networks.Inference;
using VideoStyle.Networks.Models;

namespace VideoStyle.Networks.RowTiles;

/// <summary>Paints a frame strip by strip: what painting it in one piece gives, in less memory.</summary>
internal static class RowTiledInference
{
    /// <summary>Paints.</summary>
    /// <param name="network">On the processor, its weights in their final form.</param>
    /// <param name="frame">Kept by the caller.</param>
    /// <param name="strips">The number of strips of each layer, at least 1.</param>
    /// <returns>A painting that the caller owns.</returns>
    public static StylizedFrame Paint(StyleNetwork network, Frame frame, int strips)
    {
        FrameRows input = new(frame, network);
        RowTileLayers layers = new(network, strips, input.PictureHeight);
        using var head = network.Architecture.Run(layers, input);
        StylizedFrame painting = new(frame.Width, frame.Height);
        try
        {
            for (var i = 0; i < strips; i++)
            {
                var (first, last) = NormRows.Strip(i, strips, head.Height);
                var top = first * network.OutputBlock;
                if (first == last || top >= frame.Height)
                    continue;
                using var output = head.Read(first, last);
                head.Forget(last);
                FrameTensors.WriteRows(output, network, painting, top, Math.Min(last * network.OutputBlock, frame.Height));
            }

            return painting;
        }
        catch
        {
            painting.Dispose();
            throw;
        }
    }
}
