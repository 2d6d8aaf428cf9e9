using VideoStyle.Core.Flow;
using VideoStyle.Core.Media;

namespace VideoStyle.Tests;

/// <summary>Returns known flow fields and keeps the images that it was asked about.</summary>
/// <param name="vector">The vector of a pixel. The first argument is the number of the call: even calls are backward, odd ones forward.</param>
internal sealed class SyntheticFlow(Func<int, int, (float X, float Y)> vector) : IFlowEstimator
{
    private int _calls;

    /// <summary>Moves everything by one vector; the forward flow is its negative.</summary>
    public SyntheticFlow(float dx, float dy)
        : this((dx, dy), (-dx, -dy))
    {
    }

    /// <summary>Moves everything by one vector in each direction.</summary>
    public SyntheticFlow((float X, float Y) backward, (float X, float Y) forward)
        : this((call, _) => call % 2 == 0 ? backward : forward)
    {
    }

    public string Description => "synthetic";

    public List<(LumaImage Source, LumaImage Target)> Seen { get; } = [];

    public bool Disposed { get; private set; }

    public FlowField Estimate(LumaImage source, LumaImage target)
    {
        Seen.Add((Copy(source), Copy(target)));
        var call = _calls++;
        var vectors = new float[2 * source.Width * source.Height];
        for (var i = 0; i < vectors.Length / 2; i++)
            (vectors[2 * i], vectors[2 * i + 1]) = vector(call, i);
        return new FlowField(source.Width, source.Height, vectors);
    }

    public (FlowField Forward, FlowField Backward) EstimateBoth(LumaImage first, LumaImage second) => (Estimate(first, second), Estimate(second, first));

    public void Dispose() => Disposed = true;

    // The caller releases its images.
    private static LumaImage Copy(LumaImage image) => new(image.Width, image.Height, [.. image.Pixels]);
}
