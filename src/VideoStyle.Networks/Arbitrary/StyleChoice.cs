using System.Globalization;

namespace VideoStyle.Networks.Arbitrary;

/// <summary>The style images that a shot is stylized with, and why.</summary>
/// <param name="Shot">The shot's number, from 1.</param>
/// <param name="Begin">The time of its first frame.</param>
/// <param name="Images">The images with a weight, the most similar first, then the next best without one.</param>
public sealed record StyleChoice(int Shot, TimeSpan Begin, IReadOnlyList<RankedStyleImage> Images)
{
    /// <summary>Describes the choice in one line.</summary>
    public override string ToString()
    {
        var used = Images.Where(p => p.Weight > 0).Select(p => string.Create(
            CultureInfo.InvariantCulture,
            $"{Path.GetFileName(p.Path)}{(p.Weight < 1 ? $" ×{p.Weight:0.00}" : "")} (similarity {p.Similarity:0.00}, mostly in {p.SimilarIn})"));
        var next = Images.FirstOrDefault(p => p.Weight == 0);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"shot {Shot} at {Begin.TotalSeconds:0.##} s: style {string.Join(", ", used)}{(next is null ? "" : $"; next {Path.GetFileName(next.Path)} ({next.Similarity:0.00})")}"
        );
    }
}
