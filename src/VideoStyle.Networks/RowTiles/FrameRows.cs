using VideoStyle.Core.Media;
using VideoStyle.Networks.Inference;
using VideoStyle.Networks.Models;

namespace VideoStyle.Networks.RowTiles;

/// <summary>The rows of a network's input, read from a frame.</summary>
/// <param name="frame">Owned by the caller.</param>
/// <param name="network">Decides on the padding and the dtype.</param>
internal sealed class FrameRows(Frame frame, StyleNetwork network) : RowSource
{
    /// <summary>Gets the number of rows without padding.</summary>
    public int UnpaddedHeight
    {
        get
        {
            var form = network.Architecture;
            return FrameTensors.Canvas(frame.Height, form.Stride, form.MinSize) / form.Block;
        }
    }

    public override int Height => UnpaddedHeight + 2 * network.Architecture.InputPad;

    public override Tensor Read(int first, int last) => FrameTensors.Read(frame, network, first, last);

    public override void Release(int first)
    {
        // The frame is not owned here.
    }

    public override void Dispose()
    {
        // The frame is not owned here.
    }
}
