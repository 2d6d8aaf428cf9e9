namespace VideoStyle.Metrics.Warping;

/// <summary>The warping errors of one pair under one profile.</summary>
/// <param name="Coverage">The mean certainty of the mask, 0–1.</param>
/// <param name="Errors">The error of each clip; null where no pixel is valid.</param>
internal readonly record struct PairErrors(double Coverage, double[]? Errors);
