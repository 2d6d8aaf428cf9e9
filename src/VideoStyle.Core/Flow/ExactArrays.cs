using System.Collections.Concurrent;

namespace VideoStyle.Core.Flow;

/// <summary>A pool of arrays of exact length, so that a long video allocates no more than a short one.</summary>
/// <remarks>Returning is never necessary: an array that is not returned is garbage-collected. Thread-safe.</remarks>
internal static class ExactArrays<T>
    where T : unmanaged
{
    /// <summary>The maximum number of pooled arrays of one length.</summary>
    private const int MaxPooled = 64;

    private static readonly ConcurrentDictionary<int, ConcurrentBag<T[]>> Pooled = new();

    /// <summary>Rents an array; its values are undefined.</summary>
    public static T[] Rent(int length) =>
        Pooled.TryGetValue(length, out var bag) && bag.TryTake(out var values) ? values : GC.AllocateUninitializedArray<T>(length);

    /// <summary>Returns an array that is no longer used. Arrays of a fifth length replace those of all others.</summary>
    public static void Return(T[] values)
    {
        if (!Pooled.ContainsKey(values.Length) && Pooled.Count >= 4)
            Pooled.Clear();
        var bag = Pooled.GetOrAdd(values.Length, _ => []);
        if (bag.Count < MaxPooled)
            bag.Add(values);
    }
}
