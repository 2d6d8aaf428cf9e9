using VideoStyle.Core.Media;
using VideoStyle.Networks;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Training;

/// <summary>A random resized crop: a square of a frame, the size it is resized to, and whether it is flipped.</summary>
internal readonly record struct RandomCrop(int Left, int Top, int Side, int Size, bool Mirrored)
{
    internal static RandomCrop Draw(int width, int height, int size, CounterRandom random)
    {
        // From the whole height to a scale that upsamples by no more than a quarter.
        double shorter = Math.Min(width, height);
        var max = Math.Max(size, Math.Min(720, 1.25 * shorter));
        var min = Math.Clamp(0.45 * shorter, size, max);
        var scale = Math.Exp(random.Uniform(Math.Log(min), Math.Log(max))) / shorter;
        var side = (int)Math.Clamp(Math.Round(size / scale), 1, shorter);
        return new RandomCrop(random.Below(width - side + 1), random.Below(height - side + 1), side, size, random.NextDouble() < 0.5);
    }

    /// <summary>Crops, resizes and flips a frame.</summary>
    /// <returns><c>[1, 3, Size, Size]</c>, 0–1.</returns>
    internal Tensor Cut(Frame frame)
    {
        var crop = Pixels.ToTensor(frame).narrow(2, Top, Side).narrow(3, Left, Side);
        crop = Sampling.Resize(crop.to(ScalarType.Float32).contiguous(), Size, Size).clamp(0, 255) / 255;
        return Mirrored ? crop.flip(3) : crop;
    }
}
