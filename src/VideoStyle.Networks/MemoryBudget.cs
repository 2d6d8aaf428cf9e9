using VideoStyle.Networks.Models;

namespace VideoStyle.Networks;

/// <summary>How many pictures fit into memory at once.</summary>
internal static class MemoryBudget
{
    /// <summary>The runtime, the libraries and the weights.</summary>
    private const long Base = 400L << 20;

    /// <summary>Bytes of each pixel of what waits between the steps: frames, and paintings of eight bytes.</summary>
    private const long Waiting = 110;

    /// <summary>What the convolutions need beside their pictures.</summary>
    private const double Scratch = 1.4;

    /// <summary>The share of the machine's memory that is used where no limit is given.</summary>
    private const double UsualShare = 0.7;

    /// <summary>The number of pictures that may be painted side by side, from 1 to <paramref name="most"/>.</summary>
    /// <param name="limit">Bytes that the process may use, or null for most of what the machine (or the container) has.</param>
    /// <param name="architecture">The network.</param>
    /// <param name="bytes">Of one of its numbers.</param>
    /// <param name="pixels">Of one picture.</param>
    /// <param name="most">The workers there are.</param>
    public static int Fitting(long? limit, NetworkArchitecture architecture, int bytes, long pixels, int most)
    {
        var allowed = limit ?? (long)(UsualShare * GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        var free = allowed - Base - pixels * Waiting;
        return (int)Math.Clamp(free / (pixels * architecture.NumbersPerPixel * bytes * Scratch), 1, most);
    }
}
