using VideoStyle.Networks.Loss;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Training;

/// <summary>Makes the frame that follows a crop: the next frame of its video, else the crop under random motion, with another exposure and noise.</summary>
internal static class CropMotion
{
    /// <summary>Moves crops.</summary>
    /// <param name="crops">The crops; their next frames are used where there are any.</param>
    /// <param name="images">The crops as a batch, <c>[N, 3, S, S]</c>, on the device.</param>
    /// <param name="device">Where the results are to be.</param>
    /// <param name="random">The random numbers.</param>
    /// <returns>The moved images, and the grid and the mask of <see cref="Losses.Temporal"/>.</returns>
    internal static (Tensor Moved, Tensor Grid, Tensor Mask) Move(ReadOnlySpan<ContentCrop> crops, Tensor images, Device device, CounterRandom random)
    {
        var (moved, grids, masks) = (new Tensor[crops.Length], new Tensor[crops.Length], new Tensor[crops.Length]);
        for (var i = 0; i < crops.Length; i++)
        {
            if (crops[i].Next is { } next)
            {
                (moved[i], grids[i], masks[i]) = (OnDevice(next.Image), OnDevice(next.Grid), OnDevice(next.Mask));
                continue;
            }

            var (grid, mask) = SyntheticMotion.Draw(1, (int)images.size(2), random);
            (grids[i], masks[i]) = (OnDevice(grid), OnDevice(mask));
            moved[i] = Disturb(Sampling.GridSample(images.narrow(0, i, 1), grids[i]), device, random);
        }

        return (cat(moved, 0), cat(grids, 0), cat(masks, 0));

        Tensor OnDevice(Tensor tensor) => tensor.to(ScalarType.Float32, device);
    }

    /// <summary>Changes brightness and adds noise, as another exposure by the same camera would.</summary>
    private static Tensor Disturb(Tensor image, Device device, CounterRandom random)
    {
        var (gain, offset, noise) = (random.Normal(1, 0.04), random.Normal(0, 0.02), random.Uniform(0, 0.03));
        var grain = randn(image.shape).to(ScalarType.Float32, device);
        return (image * gain + offset + grain * noise).clamp(0, 1);
    }
}
