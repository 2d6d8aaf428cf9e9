using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace VideoStyle.Core.Flow;

/// <summary>The convention of flow benchmarks for unknown vectors.</summary>
public static class FlowVector
{
    /// <summary>The value of both axes of an unknown vector (Middlebury's <c>UNKNOWN_FLOW</c>).</summary>
    public const float Unknown = 1e10f;

    private const float UnknownFrom = 1e9f;

    /// <summary>Gets whether a vector is known.</summary>
    /// <param name="dx">Displacement to the right, in pixels.</param>
    /// <param name="dy">Displacement downwards, in pixels.</param>
    /// <returns>False where either axis is over 10⁹ or NaN.</returns>
    public static bool IsKnown(float dx, float dy) => Math.Abs(dx) <= UnknownFrom && Math.Abs(dy) <= UnknownFrom;

    /// <summary>Gets whether each of 16 vectors is known: all bits set where it is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<int> AreKnown(Vector512<float> dx, Vector512<float> dy) =>
        (Vector512.LessThanOrEqual(Vector512.Abs(dx), Vector512.Create(UnknownFrom)) & Vector512.LessThanOrEqual(Vector512.Abs(dy), Vector512.Create(UnknownFrom))).AsInt32();

    /// <summary>Gets whether every vector of a flow is known.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static bool AreAllKnown(ReadOnlySpan<float> vectors)
    {
        var (all, x) = (Vector512<int>.AllBitsSet, 0);
        for (; x <= vectors.Length - Vector512<float>.Count; x += Vector512<float>.Count)
        {
            var values = Vector512.Create(vectors[x..]);
            all &= AreKnown(values, values);
        }

        for (; x < vectors.Length; x++)
            if (!IsKnown(vectors[x], vectors[x]))
                return false;
        return all == Vector512<int>.AllBitsSet;
    }
}
