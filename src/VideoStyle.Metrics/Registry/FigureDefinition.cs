namespace VideoStyle.Metrics.Registry;

/// <summary>One number of a clip: its key in reports, its heading in tables, and what it means.</summary>
public sealed record FigureDefinition
{
    /// <summary>Gets the key in JSON, unique among all metrics.</summary>
    public required string Key { get; init; }

    /// <summary>Gets the heading in tables.</summary>
    public required string Title { get; init; }

    /// <summary>Gets the definition, with the paper.</summary>
    public required string Definition { get; init; }

    /// <summary>Gets the unit, such as <c>px</c>; empty for a plain number.</summary>
    public string Unit { get; init; } = "";

    /// <summary>Gets whether a smaller or a larger figure is better.</summary>
    public MetricDirection Direction { get; init; }

    /// <summary>Gets the digits after the decimal point in tables; 3 by default.</summary>
    public int Decimals { get; init; } = 3;

    /// <summary>Gets whether tables have a column for it; JSON always has it. True by default.</summary>
    public bool IsInTables { get; init; } = true;

    /// <summary>Gets the JSON object of the clip that holds the figure, or null for the clip itself.</summary>
    public string? Group { get; init; }
}
