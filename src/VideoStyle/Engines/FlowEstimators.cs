using VideoStyle.Core.Flow;
using VideoStyle.Core.Pipeline;
using VideoStyle.Native.Vision;
using VideoStyle.Networks.Flow;
using VideoStyle.OpticalFlow;

namespace VideoStyle.Engines;

/// <summary>The optical flow estimators: a further one is its class and a line here.</summary>
public static class FlowEstimators
{
    private static readonly (string Name, Func<IFlowEstimator> Create)[] All =
    [
        ("inverse-search", () => new DenseInverseSearch(new DenseInverseSearchOptions())),
        ("inverse-search-refined", () => new DenseInverseSearch(new DenseInverseSearchOptions { RefinementIterations = 1 })),
        ("dis-ultrafast", () => OpenCvFlow.Create(FlowMethod.DisUltrafast)),
        ("dis-fast", () => OpenCvFlow.Create(FlowMethod.DisFast)),
        ("dis-light", () => OpenCvFlow.Create(FlowMethod.DisLight)),
        ("dis-medium", () => OpenCvFlow.Create(FlowMethod.DisMedium)),
        ("dis-refined", () => OpenCvFlow.Create(FlowMethod.DisRefined)),
        ("dis-fine", () => OpenCvFlow.Create(FlowMethod.DisFine)),
        ("farneback", () => OpenCvFlow.Create(FlowMethod.Farneback)),
        ("farneback-wide", () => OpenCvFlow.Create(FlowMethod.FarnebackWide)),
        ("learned", () => LearnedFlow.Create(refined: true)),
        ("learned-only", () => LearnedFlow.Create(refined: false)),
        ("still", () => new StillFlow()),
    ];

    /// <summary>Gets the names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(e => e.Name)];

    /// <summary>Gets the names of those that this machine has everything for; the flow network may lack its weights.</summary>
    internal static IEnumerable<string> Available => LearnedFlow.IsAvailable ? Names : Names.Where(n => !n.StartsWith("learned", StringComparison.Ordinal));

    /// <summary>Creates an estimator, which the caller owns.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <exception cref="ArgumentException">There is no such estimator.</exception>
    /// <exception cref="Core.Errors.VideoStyleException">Its native library is not there (Runtime), or the weights of its network are not (Model).</exception>
    public static IFlowEstimator Create(string name) =>
        Array.Find(All, e => string.Equals(e.Name, name, StringComparison.Ordinal)).Create?.Invoke()
        ?? throw new ArgumentException($"There is no flow estimator '{name}'; there are {string.Join(", ", Names)}.", nameof(name));

    /// <summary>Gets the estimator that a mode uses where none is named.</summary>
    /// <param name="mode">The mode.</param>
    public static string DefaultFor(CoherenceMode mode) => mode > CoherenceMode.Fast ? "inverse-search-refined" : "inverse-search";
}
