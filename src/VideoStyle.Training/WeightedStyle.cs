namespace VideoStyle.Training;

/// <summary>A style image and its weight among several.</summary>
/// <param name="Path">The image file.</param>
/// <param name="Weight">Above 0; the weights of several styles are normalized to a sum of 1.</param>
public sealed record WeightedStyle(string Path, double Weight = 1);
