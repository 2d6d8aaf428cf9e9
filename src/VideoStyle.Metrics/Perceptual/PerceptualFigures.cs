using VideoStyle.Metrics.Registry;

namespace VideoStyle.Metrics.Perceptual;

/// <summary>What the definitions of distances by a network have in common: a group in JSON, and a series under the same key.</summary>
internal static class PerceptualFigures
{
    private const string Group = "perceptual";

    public static FigureDefinition Figure(string key, string definition) =>
        new() { Key = key, Title = key, Direction = MetricDirection.LowerIsBetter, Decimals = 4, Group = Group, Definition = definition };

    /// <summary>Defines a part of another figure, which tables leave out.</summary>
    public static FigureDefinition Part(string key, string definition) => Figure(key, definition) with { IsInTables = false };

    public static IReadOnlyList<SeriesDefinition> SeriesOf(IEnumerable<FigureDefinition> figures) =>
        [.. figures.Select(figure => new SeriesDefinition { Key = figure.Key, Description = $"{figure.Key}: {figure.Definition}" })];
}
