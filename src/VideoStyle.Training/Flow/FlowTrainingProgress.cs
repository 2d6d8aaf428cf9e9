using VideoStyle.Native.Vision;

namespace VideoStyle.Training.Flow;

/// <summary>The progress of a flow training.</summary>
/// <param name="Step">Steps taken.</param>
/// <param name="Elapsed">Time taken, interrupted parts of the run included.</param>
/// <param name="Remaining">Time left, estimated from the pace.</param>
/// <param name="SecondsPerStep">The pace since the last report.</param>
/// <param name="Losses">Weighted, and averaged since the last report: <c>flow</c>, <c>steps</c>, <c>error</c>, <c>total</c>.</param>
/// <param name="Validation">The network's scores; null between validations.</param>
/// <param name="Refined">Those of DIS with the network's result as its initial flow; null between validations and without OpenCV.</param>
public sealed record FlowTrainingProgress(
    long Step,
    TimeSpan Elapsed,
    TimeSpan Remaining,
    double SecondsPerStep,
    IReadOnlyDictionary<string, double> Losses,
    EndPointError? Validation,
    EndPointError? Refined
);
