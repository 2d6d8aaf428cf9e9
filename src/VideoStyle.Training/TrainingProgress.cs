namespace VideoStyle.Training;

/// <summary>Where a training run stands; the losses are weighted means since the last report.</summary>
/// <param name="Step">Steps taken.</param>
/// <param name="Elapsed">Time taken, over all parts of an interrupted run.</param>
/// <param name="Remaining">Time left, estimated from the pace.</param>
/// <param name="SecondsPerStep">The pace since the last report.</param>
/// <param name="Losses">By name: <c>content</c>, <c>style1</c> to <c>style4</c>, <c>tv</c>, <c>temporal</c>, <c>total</c>.</param>
/// <param name="Preview">Whether the preview sheet was renewed.</param>
public sealed record TrainingProgress(
    long Step,
    TimeSpan Elapsed,
    TimeSpan Remaining,
    double SecondsPerStep,
    IReadOnlyDictionary<string, double> Losses,
    bool Preview
);

/// <summary>How a training run ended.</summary>
/// <param name="Completed">False where it was interrupted and left a checkpoint.</param>
/// <param name="Steps">Steps taken in all.</param>
/// <param name="Elapsed">Time taken in all.</param>
/// <param name="Losses">The last reported losses.</param>
public sealed record TrainingResult(bool Completed, long Steps, TimeSpan Elapsed, IReadOnlyDictionary<string, double> Losses);
