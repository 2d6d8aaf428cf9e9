using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Native.Media;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Networks;

/// <summary>Conversion between images and tensors.</summary>
internal static class Pixels
{
    private const int MinStyleSize = 64;

    /// <summary>Copies a frame to <c>[1, 3, H, W]</c>, bytes.</summary>
    internal static Tensor ToTensor(Frame frame) =>
        HostTensor.From<byte>(frame.Pixels, 1, frame.Height, frame.Width, 3).permute(0, 3, 1, 2);

    /// <summary>Copies an image, <c>[1, 3, H, W]</c> in 0–1, to a frame that the caller owns.</summary>
    internal static Frame ToFrame(Tensor image)
    {
        using var scope = NewDisposeScope();
        var bytes = (image.clamp(0, 1) * 255 + 0.5).to(ScalarType.Byte).permute(0, 2, 3, 1);
        var frame = new FramePool().Rent((int)bytes.size(2), (int)bytes.size(1));
        bytes.CopyTo(frame.Pixels);
        return frame;
    }

    /// <summary>Reads an image and resizes its shorter side, <c>[1, 3, H, W]</c> in 0–1.</summary>
    internal static Tensor Read(string path, int shorterSide, double crop = 0)
    {
        using var frame = ImageFile.Read(path, keepAlpha: true);
        return Resize(frame, shorterSide, crop);
    }

    /// <summary>Composites an image on white and resizes its shorter side, <c>[1, 3, H, W]</c> in 0–1.</summary>
    internal static Tensor Resize(Frame frame, int shorterSide, double crop = 0)
    {
        using var scope = NewDisposeScope();
        CompositeOnWhite(frame);
        var (dx, dy) = ((int)(frame.Width * crop), (int)(frame.Height * crop));
        var image = ToTensor(frame).narrow(2, dy, frame.Height - 2 * dy).narrow(3, dx, frame.Width - 2 * dx).to(ScalarType.Float32);
        return scope.MoveToOuter(ToShorterSide(image.contiguous(), shorterSide).clamp(0, 255) / 255);
    }

    /// <summary>Resizes the shorter side.</summary>
    internal static Tensor ToShorterSide(Tensor image, int size)
    {
        double shorter = Math.Min(image.size(2), image.size(3));
        var (height, width) = (image.size(2) * size / shorter, image.size(3) * size / shorter);
        return Sampling.Resize(image, (long)Math.Round(height), (long)Math.Round(width));
    }

    /// <summary>Reads an image at its own size, <c>[1, 3, H, W]</c> bytes, composited on white.</summary>
    /// <exception cref="VideoStyleException">It is missing or damaged (Input).</exception>
    internal static Tensor Load(string path)
    {
        using var frame = ImageFile.Read(path, keepAlpha: true);
        CompositeOnWhite(frame);
        return ToTensor(frame);
    }

    /// <summary>Reads a style image.</summary>
    /// <exception cref="VideoStyleException">It is missing, damaged or too small (Input).</exception>
    internal static Tensor ReadStyleImage(string path, int shorterSide, double crop)
    {
        using (var frame = ImageFile.Read(path))
        {
            RequireMinSize(path, frame.Width, frame.Height);
        }

        return Read(path, shorterSide, crop);
    }

    /// <summary>Refuses a style image that is too small to show brushwork.</summary>
    /// <exception cref="VideoStyleException">It is (Input).</exception>
    internal static void RequireMinSize(string path, int width, int height)
    {
        if (Math.Min(width, height) < MinStyleSize)
            throw new VideoStyleException(
                ErrorKind.Input,
                $"{path}: is {width}×{height}; a style image needs at least {MinStyleSize} pixels on each side.",
                "Give a larger image: 600 pixels and more show the brushwork."
            );
    }

    private static void CompositeOnWhite(Frame frame)
    {
        var alpha = frame.Alpha;
        for (var i = 0; i < alpha.Length; i++)
        {
            for (var c = 0; c < 3; c++)
                frame.Pixels[3 * i + c] = (byte)((frame.Pixels[3 * i + c] * alpha[i] + 255 * (255 - alpha[i]) + 127) / 255);
        }
    }
}
