namespace VideoStyle.Training.Optimization;

/// <summary>A loss on the pixels, beside those on features.</summary>
/// <param name="Name">The name in reports.</param>
/// <param name="Weight">Above 0.</param>
/// <param name="Compute">Computes it for an image <c>[1, 3, H, W]</c>, 0–1.</param>
internal sealed record PixelLoss(string Name, double Weight, Func<Tensor, Tensor> Compute);
