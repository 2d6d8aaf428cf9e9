namespace VideoStyle.Core.Flow;

/// <summary>Lends arrays of exactly the wanted length for flows and confidences, so that a long video allocates no more than a short one.</summary>
/// <remarks>Returning is never necessary: an array that is not returned is collected like any other. Thread-safe.</remarks>
public static class FlowBuffers
{
    /// <summary>Lends an array; its values are undefined.</summary>
    /// <param name="length">Its length, at least 1.</param>
    public static float[] Rent(int length) => ExactArrays<float>.Rent(length);

    /// <summary>Takes an array that nobody uses any more; of another size than those before, it replaces them.</summary>
    /// <param name="values">From <see cref="Rent"/> or from anywhere else.</param>
    public static void Return(float[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        ExactArrays<float>.Return(values);
    }
}
