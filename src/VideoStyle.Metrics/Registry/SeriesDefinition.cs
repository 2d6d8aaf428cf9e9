namespace VideoStyle.Metrics.Registry;

/// <summary>A value of every frame: a column of the CSV file and a curve of the report.</summary>
public sealed record SeriesDefinition
{
    /// <summary>Gets the column's name.</summary>
    public required string Key { get; init; }

    /// <summary>Gets what the value means, in one line.</summary>
    public required string Description { get; init; }

    /// <summary>Gets what the curve multiplies values by; 1 by default.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>Gets whether a frame without a value interrupts the curve, as a cut does; false by default.</summary>
    public bool HasGaps { get; init; }
}
