using VideoStyle.Core.Media;
using VideoStyle.Networks.Inference;
using VideoStyle.Networks.Models;

namespace VideoStyle.Networks.RowTiles;

/// <summary>The rows that a network's first convolution reads of a frame.</summary>
/// <param name="frame">Kept by the caller.</param>
/// <param name="network">Says in what form it reads.</param>
internal sealed class FrameRows(Frame frame, StyleNetwork network) : PictureRows
{
    /// <summary>Gets the number of rows without border.</summary>
    public int PictureHeight
    {
        get
        {
            var form = network.Architecture;
            return FrameTensors.Canvas(frame.Height, form.Stride, form.MinSize) / form.Block;
        }
    }

    public override int Height => PictureHeight + 2 * network.Architecture.InputPad;

    public override Tensor Read(int first, int last) => FrameTensors.Read(frame, network, first, last);

    public override void Forget(int first)
    {
        // The frame is somebody else's.
    }

    public override void Dispose()
    {
        // As above.
    }
}
