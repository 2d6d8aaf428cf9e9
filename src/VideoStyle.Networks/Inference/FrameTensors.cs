using VideoStyle.Core.Compositing;
using VideoStyle.Core.Media;
using VideoStyle.Core.Stylizers;
using VideoStyle.Native;
using VideoStyle.Networks.Models;
using VideoStyle.Torch.Operators;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Networks.Inference;

/// <summary>Frames into networks, and their outputs into paintings, each in one pass.</summary>
internal static class FrameTensors
{
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
    /// <param name="first">The first row of the result that is wanted, counted with the border.</param>
    /// <param name="last">The row behind the last one; −1 for all.</param>
    /// <returns><c>[1, 3·block², height/block + 2·border, width/block + 2·border]</c> or fewer rows of it, channels-last, on the processor.</returns>
    public static unsafe Tensor Read(
        Frame frame, int height, int width, int block, int border, double scale, ScalarType scalarType, int first = 0, int last = -1)
    {
        fixed (byte* start = frame.Pixels)
            return Read(start, new Region(0, 0, frame.Width, frame.Height), frame.Width, (width, height), block, border, scale, scalarType, first, last);
    }

    /// <summary>As the other, in the form that a style network reads.</summary>
    public static Tensor Read(Frame frame, StyleNetwork network, int first = 0, int last = -1)
    {
        var form = network.Architecture;
        var (height, width) = (Canvas(frame.Height, form.Stride, form.MinSize), Canvas(frame.Width, form.Stride, form.MinSize));
        return Read(frame, height, width, form.Block, form.InputPad, form.White / 255.0, network.ScalarType, first, last);
    }

    /// <summary>A part of a frame, in the form that a style network reads.</summary>
    public static unsafe Tensor Read(Frame frame, Region area, StyleNetwork network)
    {
        var form = network.Architecture;
        var canvas = (Canvas(area.Width, form.Stride, form.MinSize), Canvas(area.Height, form.Stride, form.MinSize));
        if (area.Left < 0 || area.Top < 0 || area.Right > frame.Width || area.Bottom > frame.Height)
            throw new ArgumentOutOfRangeException(nameof(area), area, "A part lies inside its frame.");
        fixed (byte* start = frame.Pixels)
            return Read(start, area, frame.Width, canvas, form.Block, form.InputPad, form.White / 255.0, network.ScalarType);
    }

    private static unsafe Tensor Read(
        byte* pixels, Region area, int frameWidth, (int Width, int Height) canvas, int block, int border, double scale, ScalarType dtype, int first = 0, int last = -1)
    {
        // The kernel writes float and bfloat16, which is what the processor computes in.
        var written = dtype == ScalarType.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
        var rows = (last < 0 ? canvas.Height / block + 2 * border : last) - first;
        var input = TensorMemory.EmptyChannelsLast(1, 3 * block * block, rows, canvas.Width / block + 2 * border, written);
        var stride = 3L * frameWidth;
        Kernels.FrameToInput(
            pixels + area.Top * stride + 3L * area.Left, area.Height, area.Width, stride, (canvas.Height, canvas.Width), block, border, (float)scale, first, TensorPictures.View(input));
        if (written == dtype)
            return input;
        using (input)
            return input.to(dtype);
    }

    /// <summary>Makes a painting of a network's output, cut to a frame's size.</summary>
    /// <param name="output"><c>[1, 3·block², H, W]</c>, on the processor.</param>
    /// <param name="block">The side of the square of pixels that one of its pixels holds.</param>
    /// <param name="sigmoid">Whether a sigmoid belongs to the output.</param>
    /// <param name="scale">What brings it to 0–1 otherwise.</param>
    /// <param name="width">The frame's width.</param>
    /// <param name="height">The frame's height.</param>
    /// <returns>A painting that the caller owns.</returns>
    public static StylizedFrame ToPainting(Tensor output, int block, bool sigmoid, double scale, int width, int height)
    {
        var painting = new StylizedFrame(width, height);
        try
        {
            WriteRows(output, block, sigmoid, scale, painting, 0, height);
            return painting;
        }
        catch
        {
            painting.Dispose();
            throw;
        }
    }

    /// <summary>Writes rows of a painting from those of a style network's output.</summary>
    /// <param name="output"><c>[1, 3·block², H, W]</c>, on the processor.</param>
    /// <param name="network">Says what the output means.</param>
    /// <param name="painting">Receives the rows.</param>
    /// <param name="first">The first of them.</param>
    /// <param name="last">The row behind the last one.</param>
    public static void WriteRows(Tensor output, StyleNetwork network, StylizedFrame painting, int first, int last) =>
        WriteRows(output, network.OutputBlock, network.Architecture.Sigmoid, 1.0 / network.Architecture.White, painting, first, last);

    private static unsafe void WriteRows(Tensor output, int block, bool sigmoid, double scale, StylizedFrame painting, int first, int last)
    {
        var row = StylizedFrame.Channels * painting.Width;
        using var scope = NewDisposeScope();
        var pictures = output.dtype == ScalarType.BFloat16 ? output : output.to(ScalarType.Float32);
        if (!TensorPictures.Fits(pictures))
            pictures = pictures.ToChannelsLast();
        fixed (short* values = painting.Values[(first * row)..(last * row)])
            Kernels.OutputToPainting(TensorPictures.View(pictures), block, sigmoid, (float)scale, values, last - first, painting.Width);
        GC.KeepAlive(pictures);
    }
}
