namespace VideoStyle.Judging;

/// <summary>How a stylized image compares with its style image and its photo; every number is a distance, 0 the best.</summary>
/// <param name="Style">
/// The mean of <paramref name="Sizes"/>.
/// </param>
/// <param name="Sizes">
/// The style distance at full, half, quarter and eighth size: strokes, what strokes make up, patches, composition. At each, the mean over
/// relu1_1 to relu5_1 of <c>ln(1 + d)</c>, where d compares covariance and mean of the features, around the mean of the style image's and
/// relative to its spread.
/// </param>
/// <param name="Content">The squared distance of the features at relu3_1 from the photo's, relative to the photo's own.</param>
/// <param name="Weave">
/// The share of the texture that repeats every 8 pixels, where the photo is flat, relative to that share in the style image; null where
/// nothing of the photo is flat.
/// </param>
/// <param name="Color">The squared sliced Wasserstein distance of the colors from the style image's, relative to their variance.</param>
/// <param name="Face"><paramref name="Content"/> of a portrait; null for other photos.</param>
internal sealed record StyleScore(double Style, IReadOnlyList<double> Sizes, double Content, double? Weave, double Color, double? Face)
{
    /// <summary>Averages scores; what is null in one is averaged over the others.</summary>
    /// <param name="scores">At least one.</param>
    internal static StyleScore Average(IReadOnlyCollection<StyleScore> scores) =>
        new(
            scores.Average(s => s.Style),
            [.. scores.First().Sizes.Select((_, i) => scores.Average(s => s.Sizes[i]))],
            scores.Average(s => s.Content),
            scores.Average(s => s.Weave),
            scores.Average(s => s.Color),
            scores.Average(s => s.Face)
        );
}
