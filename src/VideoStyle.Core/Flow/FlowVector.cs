namespace VideoStyle.Core.Flow;

/// <summary>What the benchmarks agree on about single vectors.</summary>
public static class FlowVector
{
    /// <summary>The value of both axes where nothing is known of a pixel (Middlebury's <c>UNKNOWN_FLOW</c>).</summary>
    public const float Unknown = 1e10f;

    private const float UnknownFrom = 1e9f;

    /// <summary>Tells whether a vector says where its pixel went.</summary>
    /// <param name="dx">Displacement to the right, in pixels.</param>
    /// <param name="dy">Displacement downwards, in pixels.</param>
    /// <returns>False where either axis is over 10⁹ or NaN.</returns>
    public static bool IsKnown(float dx, float dy) => Math.Abs(dx) <= UnknownFrom && Math.Abs(dy) <= UnknownFrom;
}
