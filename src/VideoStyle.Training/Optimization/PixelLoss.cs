namespace VideoStyle.Training.Optimization;

/// <summary>A loss that looks at the painting's pixels, not at its features.</summary>
/// <param name="Name">For reports.</param>
/// <param name="Weight">How much it counts, above 0.</param>
/// <param name="Of">Gives it for a painting <c>[1, 3, H, W]</c>, 0–1.</param>
internal sealed record PixelLoss(string Name, double Weight, Func<Tensor, Tensor> Of);
