namespace VideoStyle.Training.Optimization;

/// <summary>The result of an image or video optimization.</summary>
/// <param name="Completed">False where it was interrupted and left a checkpoint.</param>
/// <param name="Iterations">Steps taken in total.</param>
/// <param name="Elapsed">Time taken in total.</param>
/// <param name="Losses">The last losses.</param>
public sealed record OptimizationResult(bool Completed, int Iterations, TimeSpan Elapsed, IReadOnlyDictionary<string, double> Losses);
