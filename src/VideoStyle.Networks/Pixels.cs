using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Native.Media;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Networks;

/// <summary>Pictures to tensors and back.</summary>
internal static class Pixels
{
    private const int LeastPainting = 64;

    /// <summary>Copies a frame to <c>[1, 3, H, W]</c>, bytes.</summary>
    internal static Tensor ToTensor(Frame frame) =>
        HostTensor.From<byte>(frame.Pixels, 1, frame.Height, frame.Width, 3).permute(0, 3, 1, 2);

    /// <summary>Copies one picture, <c>[1, 3, H, W]</c> in 0–1, to a frame that the caller owns.</summary>
    internal static Frame ToFrame(Tensor picture)
    {
        using var scope = NewDisposeScope();
        var bytes = (picture.clamp(0, 1) * 255 + 0.5).to(ScalarType.Byte).permute(0, 2, 3, 1);
        var frame = new FramePool().Rent((int)bytes.size(2), (int)bytes.size(1));
        bytes.CopyTo(frame.Pixels);
        return frame;
    }

    /// <summary>Reads a picture with its shorter side brought to a size, <c>[1, 3, H, W]</c> in 0–1.</summary>
    internal static Tensor Read(string path, int shorterSide, double crop = 0)
    {
        using var frame = ImageFile.Read(path, keepAlpha: true);
        return Sized(frame, shorterSide, crop);
    }

    /// <summary>Lays a picture on white and brings its shorter side to a size, <c>[1, 3, H, W]</c> in 0–1.</summary>
    internal static Tensor Sized(Frame frame, int shorterSide, double crop = 0)
    {
        using var scope = NewDisposeScope();
        OntoWhite(frame);
        var (dx, dy) = ((int)(frame.Width * crop), (int)(frame.Height * crop));
        var picture = ToTensor(frame).narrow(2, dy, frame.Height - 2 * dy).narrow(3, dx, frame.Width - 2 * dx).to(ScalarType.Float32);
        return scope.MoveToOuter(ToShorterSide(picture.contiguous(), shorterSide).clamp(0, 255) / 255);
    }

    /// <summary>Brings the shorter side to a size.</summary>
    internal static Tensor ToShorterSide(Tensor picture, int size)
    {
        double shorter = Math.Min(picture.size(2), picture.size(3));
        var (height, width) = (picture.size(2) * size / shorter, picture.size(3) * size / shorter);
        return Sampling.Resize(picture, (long)Math.Round(height), (long)Math.Round(width));
    }

    /// <summary>Reads a picture as it is, <c>[1, 3, H, W]</c> bytes, onto white where it is transparent.</summary>
    /// <exception cref="VideoStyleException">It is missing or damaged (Input).</exception>
    internal static Tensor Load(string path)
    {
        using var frame = ImageFile.Read(path, keepAlpha: true);
        OntoWhite(frame);
        return ToTensor(frame);
    }

    /// <summary>Reads a painting to be trained on.</summary>
    /// <exception cref="VideoStyleException">It is missing, damaged, or too small to have strokes (Input).</exception>
    internal static Tensor ReadPainting(string path, int shorterSide, double crop)
    {
        using (var frame = ImageFile.Read(path))
        {
            RequireStrokes(path, frame.Width, frame.Height);
        }

        return Read(path, shorterSide, crop);
    }

    /// <summary>Refuses a painting that is too small to have strokes.</summary>
    /// <exception cref="VideoStyleException">It is (Input).</exception>
    internal static void RequireStrokes(string path, int width, int height)
    {
        if (Math.Min(width, height) < LeastPainting)
            throw new VideoStyleException(
                ErrorKind.Input,
                $"{path}: is {width}×{height}; a painting needs at least {LeastPainting} pixels on each side.",
                "Give a larger picture: 600 pixels and more show the strokes."
            );
    }

    private static void OntoWhite(Frame frame)
    {
        var alpha = frame.Alpha;
        for (var i = 0; i < alpha.Length; i++)
        {
            for (var c = 0; c < 3; c++)
                frame.Pixels[3 * i + c] = (byte)((frame.Pixels[3 * i + c] * alpha[i] + 255 * (255 - alpha[i]) + 127) / 255);
        }
    }
}
