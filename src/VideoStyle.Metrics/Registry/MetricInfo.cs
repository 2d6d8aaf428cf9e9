namespace VideoStyle.Metrics.Registry;

/// <summary>What is known of a metric without measuring anything.</summary>
public sealed record MetricInfo
{
    /// <summary>Gets the name by which <see cref="MeasureSettings.Metrics"/> asks for it.</summary>
    public required string Name { get; init; }

    /// <summary>Gets what it needs.</summary>
    public required MetricInputs Inputs { get; init; }

    /// <summary>Gets its figures of a clip, one or more.</summary>
    public required IReadOnlyList<FigureDefinition> Figures { get; init; }

    /// <summary>Gets its values of a frame.</summary>
    public required IReadOnlyList<SeriesDefinition> Series { get; init; }

    /// <summary>Gets whether it is measured unless other metrics are asked for; true by default.</summary>
    public bool IsDefault { get; init; } = true;
}
