namespace VideoStyle.Training;

/// <summary>The result of a training run.</summary>
/// <param name="Completed">False where it was interrupted and left a checkpoint.</param>
/// <param name="Steps">Steps taken in total.</param>
/// <param name="Elapsed">Time taken in total.</param>
/// <param name="Losses">The last reported losses.</param>
/// <param name="Quality">How far the style has come; null where the run was interrupted or the kind of network has no such measure.</param>
public sealed record TrainingResult(bool Completed, long Steps, TimeSpan Elapsed, IReadOnlyDictionary<string, double> Losses, TrainingQuality? Quality = null);
