using VideoStyle.Core.Media;

namespace VideoStyle.Core.Flow;

/// <summary>Estimates dense optical flow between two images.</summary>
/// <remarks>Not thread-safe: make one estimator for each worker.</remarks>
public interface IFlowEstimator : IDisposable
{
    /// <summary>Gets the name and every setting that changes the result, for reports: <c>DIS medium</c>.</summary>
    string Description { get; }

    /// <summary>Estimates the flow from one image to another.</summary>
    /// <param name="source">The image whose pixels have vectors.</param>
    /// <param name="target">The image that the vectors point into, of the same size.</param>
    /// <returns>
    /// For each pixel <c>p</c> of <paramref name="source"/> the displacement <c>w</c> in pixels such that
    /// <c>source(p) ≈ target(p + w(p))</c>, of the images' size.
    /// </returns>
    /// <exception cref="ArgumentException">The images differ in size.</exception>
    FlowField Estimate(LumaImage source, LumaImage target);

    /// <summary>Estimates the flow in both directions, which may cost less than two estimates.</summary>
    /// <param name="first">An image.</param>
    /// <param name="second">Another of the same size.</param>
    /// <returns>The flow from the first image to the second, and the flow from the second to the first; the same as two estimates give.</returns>
    /// <exception cref="ArgumentException">The images differ in size.</exception>
    (FlowField Forward, FlowField Backward) EstimateBoth(LumaImage first, LumaImage second);
}
