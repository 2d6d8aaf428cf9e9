namespace VideoStyle.Core.Flow;

/// <summary>A pool of arrays of exact length for flows and confidences, so that a long video allocates no more than a short one.</summary>
/// <remarks>Returning is never necessary: an array that is not returned is garbage-collected. Thread-safe.</remarks>
public static class FlowBuffers
{
    /// <summary>Rents an array; its values are undefined.</summary>
    /// <param name="length">Its length, at least 1.</param>
    public static float[] Rent(int length) => ExactArrays<float>.Rent(length);

    /// <summary>Returns an array that is no longer used.</summary>
    /// <param name="values">From <see cref="Rent"/> or from anywhere else.</param>
    public static void Return(float[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        ExactArrays<float>.Return(values);
    }
}
