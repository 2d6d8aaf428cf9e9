using VideoStyle.Core.Compositing;
using VideoStyle.Core.Media;
using VideoStyle.Core.Stylizers;
using VideoStyle.Native;
using VideoStyle.Networks.Models;
using VideoStyle.Torch.Operators;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Networks.Inference;

/// <summary>Frames to network inputs, and network outputs to stylized frames, each in one pass over the pixels.</summary>
internal static class FrameTensors
{
    /// <summary>Gets the padded size of a side: a multiple of the network's stride, and at least its minimum.</summary>
    public static int Canvas(int size, int stride, int minSize) => Math.Max(minSize, checked(size + stride - 1) / stride * stride);

    /// <summary>Makes a network's input of a frame, reflection-padded at the right and at the bottom.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="height">The padded height, a multiple of the block.</param>
    /// <param name="width">The padded width, a multiple of the block.</param>
    /// <param name="block">The pixel-unshuffle factor.</param>
    /// <param name="padding">Reflection padding of the result on each side.</param>
    /// <param name="scale">What a byte is multiplied by.</param>
    /// <param name="dtype">The dtype of the result.</param>
    /// <param name="first">The first row wanted, counted with the padding.</param>
    /// <param name="last">The row after the last one; −1 for all.</param>
    /// <returns><c>[1, 3·block², height/block + 2·padding, width/block + 2·padding]</c> or fewer rows of it, channels-last, on the CPU.</returns>
    public static unsafe Tensor Read(
        Frame frame, int height, int width, int block, int padding, double scale, ScalarType dtype, int first = 0, int last = -1)
    {
        fixed (byte* start = frame.Pixels)
            return Read(start, new Region(0, 0, frame.Width, frame.Height), frame.Width, (width, height), block, padding, scale, dtype, first, last);
    }

    /// <summary>Makes the input of a style network of a frame, or some rows of it.</summary>
    public static Tensor Read(Frame frame, StyleNetwork network, int first = 0, int last = -1)
    {
        var form = network.Architecture;
        var (height, width) = (Canvas(frame.Height, form.Stride, form.MinSize), Canvas(frame.Width, form.Stride, form.MinSize));
        return Read(frame, height, width, form.Block, form.InputPad, form.White / 255.0, network.Dtype, first, last);
    }

    /// <summary>Makes the input of a style network of a region of a frame.</summary>
    public static unsafe Tensor Read(Frame frame, Region area, StyleNetwork network)
    {
        var form = network.Architecture;
        var canvas = (Canvas(area.Width, form.Stride, form.MinSize), Canvas(area.Height, form.Stride, form.MinSize));
        if (area.Left < 0 || area.Top < 0 || area.Right > frame.Width || area.Bottom > frame.Height)
            throw new ArgumentOutOfRangeException(nameof(area), area, "A region lies inside its frame.");
        fixed (byte* start = frame.Pixels)
            return Read(start, area, frame.Width, canvas, form.Block, form.InputPad, form.White / 255.0, network.Dtype);
    }

    private static unsafe Tensor Read(
        byte* pixels, Region area, int frameWidth, (int Width, int Height) canvas, int block, int padding, double scale, ScalarType dtype, int first = 0, int last = -1)
    {
        // The kernel writes float and bfloat16, the dtypes of inference on the CPU.
        var written = dtype == ScalarType.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
        var rows = (last < 0 ? canvas.Height / block + 2 * padding : last) - first;
        var input = TensorMemory.EmptyChannelsLast(1, 3 * block * block, rows, canvas.Width / block + 2 * padding, written);
        var stride = 3L * frameWidth;
        Kernels.FrameToInput(
            pixels + area.Top * stride + 3L * area.Left, area.Height, area.Width, stride, (canvas.Height, canvas.Width), block, padding, (float)scale, first, KernelTensors.View(input));
        if (written == dtype)
            return input;
        using (input)
            return input.to(dtype);
    }

    /// <summary>Makes a stylized frame of a network's output, cropped to the frame's size.</summary>
    /// <param name="output"><c>[1, 3·block², H, W]</c>, on the CPU.</param>
    /// <param name="block">The pixel-shuffle factor.</param>
    /// <param name="sigmoid">Whether a sigmoid is applied.</param>
    /// <param name="scale">Otherwise, the factor that brings the values to 0–1.</param>
    /// <param name="width">The frame's width.</param>
    /// <param name="height">The frame's height.</param>
    /// <returns>Owned by the caller.</returns>
    public static StylizedFrame ToStylizedFrame(Tensor output, int block, bool sigmoid, double scale, int width, int height)
    {
        var stylized = new StylizedFrame(width, height);
        try
        {
            WriteRows(output, block, sigmoid, scale, stylized, 0, height);
            return stylized;
        }
        catch
        {
            stylized.Dispose();
            throw;
        }
    }

    /// <summary>Writes rows of a stylized frame from those of a style network's output.</summary>
    /// <param name="output"><c>[1, 3·block², H, W]</c>, on the CPU.</param>
    /// <param name="network">The network that computed it.</param>
    /// <param name="stylized">Receives the rows.</param>
    /// <param name="first">The first row.</param>
    /// <param name="last">The row after the last one.</param>
    public static void WriteRows(Tensor output, StyleNetwork network, StylizedFrame stylized, int first, int last) =>
        WriteRows(output, network.OutputBlock, network.Architecture.Sigmoid, 1.0 / network.Architecture.White, stylized, first, last);

    private static unsafe void WriteRows(Tensor output, int block, bool sigmoid, double scale, StylizedFrame stylized, int first, int last)
    {
        var row = StylizedFrame.Channels * stylized.Width;
        using var scope = NewDisposeScope();
        var images = output.dtype == ScalarType.BFloat16 ? output : output.to(ScalarType.Float32);
        if (!KernelTensors.Fits(images))
            images = images.ToChannelsLast();
        fixed (short* values = stylized.Values[(first * row)..(last * row)])
            Kernels.OutputToFrame(KernelTensors.View(images), block, sigmoid, (float)scale, values, last - first, stylized.Width);
        GC.KeepAlive(images);
    }
}
