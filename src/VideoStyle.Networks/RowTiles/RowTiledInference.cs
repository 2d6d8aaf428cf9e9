using VideoStyle.Core.Media;
using VideoStyle.Core.Stylizers;
using VideoStyle.Networks.Inference;
using VideoStyle.Networks.Models;

namespace VideoStyle.Networks.RowTiles;

/// <summary>Row-tiled inference: the result of inference on the whole frame, bit for bit, in less memory.</summary>
internal static class RowTiledInference
{
    /// <summary>Stylizes a frame.</summary>
    /// <param name="network">On the CPU, frozen.</param>
    /// <param name="frame">Owned by the caller.</param>
    /// <param name="tiles">The number of row tiles of each layer, at least 1.</param>
    /// <returns>Owned by the caller.</returns>
    public static StylizedFrame Stylize(StyleNetwork network, Frame frame, int tiles)
    {
        FrameRows input = new(frame, network);
        RowTileLayers layers = new(network, tiles, input.UnpaddedHeight);
        using var head = network.Architecture.Run(layers, input);
        StylizedFrame stylized = new(frame.Width, frame.Height);
        try
        {
            for (var i = 0; i < tiles; i++)
            {
                var (first, last) = InstanceNormRows.TileRange(i, tiles, head.Height);
                var top = first * network.OutputBlock;
                if (first == last || top >= frame.Height)
                    continue;
                using var output = head.Read(first, last);
                head.Release(last);
                FrameTensors.WriteRows(output, network, stylized, top, Math.Min(last * network.OutputBlock, frame.Height));
            }

            return stylized;
        }
        catch
        {
            stylized.Dispose();
            throw;
        }
    }
}
