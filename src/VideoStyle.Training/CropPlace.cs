using VideoStyle.Core.Media;
using VideoStyle.Networks;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Training;

/// <summary>A square of a frame, and the size it is brought to.</summary>
internal readonly record struct CropPlace(int Left, int Top, int Side, int Size, bool Mirrored)
{
    internal static CropPlace Draw(int width, int height, int size, StepRandom random)
    {
        // From the whole height to the finest detail that is not magnified by more than a quarter.
        double shorter = Math.Min(width, height);
        var most = Math.Max(size, Math.Min(720, 1.25 * shorter));
        var least = Math.Clamp(0.45 * shorter, size, most);
        var scale = Math.Exp(random.Uniform(Math.Log(least), Math.Log(most))) / shorter;
        var side = (int)Math.Clamp(Math.Round(size / scale), 1, shorter);
        return new CropPlace(random.Below(width - side + 1), random.Below(height - side + 1), side, size, random.NextDouble() < 0.5);
    }

    /// <summary>Cuts it out.</summary>
    /// <returns><c>[1, 3, Size, Size]</c>, 0–1.</returns>
    internal Tensor Cut(Frame frame)
    {
        var crop = Pixels.ToTensor(frame).narrow(2, Top, Side).narrow(3, Left, Side);
        crop = Sampling.Resize(crop.to(ScalarType.Float32).contiguous(), Size, Size).clamp(0, 255) / 255;
        return Mirrored ? crop.flip(3) : crop;
    }
}
