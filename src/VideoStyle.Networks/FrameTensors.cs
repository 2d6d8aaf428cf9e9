using VideoStyle.Core.Media;
using VideoStyle.Core.Styling;
using VideoStyle.Native.Torch;

namespace VideoStyle.Networks;

/// <summary>Frames into networks, and their outputs into paintings, each in one pass.</summary>
internal static class FrameTensors
{
    private static readonly AtenOperator FrameToInput = new("videostyle::frame_to_input");
    private static readonly AtenOperator OutputToPainting = new("videostyle::output_to_painting");

    /// <summary>Gets the side that a network takes for one of a frame: a multiple of its stride, and its least one at least.</summary>
    public static int Canvas(int size, int stride, int least) => Math.Max(least, checked(size + stride - 1) / stride * stride);

    /// <summary>Mirrors a frame to a size that a network takes, at the right and at the bottom.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="height">The canvas's height, in whole blocks.</param>
    /// <param name="width">The canvas's width, in whole blocks.</param>
    /// <param name="block">The side of the square of pixels that becomes the channels of one.</param>
    /// <param name="border">Mirrored pixels of the result on each side.</param>
    /// <param name="scale">What a byte is multiplied by.</param>
    /// <param name="scalarType">The kind of number.</param>
    /// <returns><c>[1, 3·block², height/block + 2·border, width/block + 2·border]</c>, channels-last, on the processor.</returns>
    public static unsafe Tensor Read(Frame frame, int height, int width, int block, int border, double scale, ScalarType scalarType)
    {
        var pixels = frame.Pixels;
        fixed (byte* start = pixels)
        {
            using var rgb = Tensor.Wrap(start, pixels.Length, frame.Height, frame.Width, 3);
            return FrameToInput.Call(rgb, height, width, block, border, scale, scalarType);
        }
    }

    /// <summary>Makes a painting of a network's output, cut to a frame's size.</summary>
    /// <param name="output"><c>[1, 3·block², H, W]</c>, on the processor.</param>
    /// <param name="block">The side of the square of pixels that one of its pixels holds.</param>
    /// <param name="sigmoid">Whether a sigmoid belongs to the output.</param>
    /// <param name="scale">What brings it to 0–1 otherwise.</param>
    /// <param name="width">The frame's width.</param>
    /// <param name="height">The frame's height.</param>
    /// <returns>A painting that the caller owns.</returns>
    public static unsafe Painting ToPainting(Tensor output, int block, bool sigmoid, double scale, int width, int height)
    {
        var painting = new Painting(width, height);
        try
        {
            fixed (short* values = painting.Values)
                OutputToPainting.Run(output, block, sigmoid, scale, Tensor.Wrap(values, painting.Values.Length, height, width, Painting.Channels));
            return painting;
        }
        catch
        {
            painting.Dispose();
            throw;
        }
    }
}
