using VideoStyle.Core.Media;

namespace VideoStyle.Core.Flow;

/// <summary>Estimates how every pixel moved between two pictures.</summary>
/// <remarks>Not thread-safe: make one estimator for each worker.</remarks>
public interface IFlowEstimator : IDisposable
{
    /// <summary>Gets the name and every setting that changes the result, for reports: <c>DIS medium</c>.</summary>
    string Description { get; }

    /// <summary>Estimates the flow from one picture to another.</summary>
    /// <param name="source">The picture whose pixels are followed.</param>
    /// <param name="target">The picture in which they are found, of the same size.</param>
    /// <returns>
    /// For each pixel <c>p</c> of <paramref name="source"/> the displacement <c>w</c> in pixels such that
    /// <c>source(p) ≈ target(p + w(p))</c>, of the pictures' size.
    /// </returns>
    /// <exception cref="ArgumentException">The pictures differ in size.</exception>
    FlowField Estimate(LumaImage source, LumaImage target);
}
