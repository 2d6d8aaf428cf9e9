using VideoStyle.Core.Flow;
using VideoStyle.Core.Media;

namespace VideoStyle.Engines;

/// <summary>No motion anywhere: for screen recordings and cameras on a tripod, where only what changes is stylized anew.</summary>
/// <remarks>What moves all the same disagrees with the frame before, gets no confidence, and is not blended.</remarks>
internal sealed class StillFlow : IFlowEstimator
{
    /// <inheritdoc />
    public string Description => "no motion";

    /// <inheritdoc />
    public FlowField Estimate(LumaImage source, LumaImage target)
    {
        ArgumentNullException.ThrowIfNull(source);
        var vectors = FlowBuffers.Rent(2 * source.Width * source.Height);
        Array.Clear(vectors);
        return new FlowField(source.Width, source.Height, vectors);
    }

    /// <inheritdoc />
    public (FlowField Forward, FlowField Backward) EstimateBoth(LumaImage first, LumaImage second) => (Estimate(first, second), Estimate(second, first));

    /// <inheritdoc />
    public void Dispose()
    {
        // Holds nothing.
    }
}
