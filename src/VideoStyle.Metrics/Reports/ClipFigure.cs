using VideoStyle.Metrics.Registry;

namespace VideoStyle.Metrics.Reports;

/// <summary>A figure of a clip.</summary>
/// <param name="Definition">What it is.</param>
/// <param name="Value">Its value; null where it could not be computed.</param>
public sealed record ClipFigure(FigureDefinition Definition, double? Value);
