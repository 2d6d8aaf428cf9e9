using System.Collections.Concurrent;

namespace VideoStyle.Core.Flow;

/// <summary>Lends arrays of exactly the wanted length, so that a long video allocates no more than a short one.</summary>
/// <remarks>Returning is never necessary: an array that is not returned is collected like any other. Thread-safe.</remarks>
internal static class ExactArrays<T>
    where T : unmanaged
{
    /// <summary>Arrays of one length that are kept; nothing has more in flight.</summary>
    private const int MostKept = 64;

    private static readonly ConcurrentDictionary<int, ConcurrentBag<T[]>> Kept = new();

    /// <summary>Lends an array; its values are undefined.</summary>
    public static T[] Rent(int length) =>
        Kept.TryGetValue(length, out var bag) && bag.TryTake(out var values) ? values : GC.AllocateUninitializedArray<T>(length);

    /// <summary>Takes an array that nobody uses any more; of another size than those before, it replaces them.</summary>
    public static void Return(T[] values)
    {
        if (!Kept.ContainsKey(values.Length) && Kept.Count >= 4)
            Kept.Clear();
        var bag = Kept.GetOrAdd(values.Length, _ => []);
        if (bag.Count < MostKept)
            bag.Add(values);
    }
}
