using System.Text.Json.Serialization;

namespace VideoStyle.Metrics.Reports;

/// <summary>The figures of one clip.</summary>
[JsonConverter(typeof(ClipReportConverter))]
public sealed record ClipReport
{
    /// <summary>Gets its path or name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets what part it plays.</summary>
    public required ClipRole Role { get; init; }

    /// <summary>Gets the warping error by profile and lag.</summary>
    public required IReadOnlyList<WarpingErrorReport> WarpingError { get; init; }

    /// <summary>Gets the other figures, in the order of their metrics.</summary>
    public required IReadOnlyList<ClipFigure> Figures { get; init; }

    /// <summary>Gets a figure.</summary>
    /// <param name="key">The key of its definition, such as <c>sharpnessRatio</c>.</param>
    /// <returns>Its value; null where it was not or could not be computed.</returns>
    public double? Figure(string key) =>
        Figures.FirstOrDefault(figure => string.Equals(figure.Definition.Key, key, StringComparison.Ordinal))?.Value;
}
