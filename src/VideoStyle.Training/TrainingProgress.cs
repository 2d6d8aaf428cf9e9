namespace VideoStyle.Training;

/// <summary>The progress of a training run; losses are weighted, and averaged since the last report.</summary>
/// <param name="Step">Steps taken.</param>
/// <param name="Elapsed">Time taken, interrupted parts of the run included.</param>
/// <param name="Remaining">Time left, estimated from the pace.</param>
/// <param name="SecondsPerStep">The pace since the last report.</param>
/// <param name="Losses">By name: <c>content</c>, <c>style1</c> to <c>style4</c>, <c>tv</c>, <c>temporal</c>, <c>total</c>.</param>
/// <param name="Preview">Whether the preview was written.</param>
public sealed record TrainingProgress(
    long Step,
    TimeSpan Elapsed,
    TimeSpan Remaining,
    double SecondsPerStep,
    IReadOnlyDictionary<string, double> Losses,
    bool Preview
);
