using VideoStyle.Networks.Models;

namespace VideoStyle.Networks.Inference;

/// <summary>How pictures are painted so that they fit into memory.</summary>
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

    /// <summary>Of the numbers of a picture in one piece, the share that is held of one in strips: a layer of half the size.</summary>
    private const double Held = 0.25;

    /// <summary>Of fewer rows than this a strip costs too much: eight more are computed again for each.</summary>
    private const int LeastRows = 64;

    private const int FewestStrips = 4;

    /// <summary>Finds the fastest way that fits, or else the one that needs least.</summary>
    /// <param name="limit">Bytes that the process may use, or null for most of what the machine (or the container) has.</param>
    /// <param name="architecture">The network.</param>
    /// <param name="bytes">Of one of its numbers.</param>
    /// <param name="width">Of a picture, in pixels.</param>
    /// <param name="height">Of a picture, in pixels.</param>
    /// <param name="most">The workers there are.</param>
    public static MemoryPlan PlanFor(long? limit, NetworkArchitecture architecture, int bytes, int width, int height, int most)
    {
        var pixels = (double)width * height;
        var allowed = limit ?? (long)(UsualShare * GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        // In pictures in one piece.
        var free = (allowed - Base - pixels * Waiting) / (pixels * architecture.NumbersPerPixel * bytes * Scratch);
        if (free >= 1)
            return new MemoryPlan((int)Math.Min(free, most), 1);
        var largest = Math.Max(1, height / LeastRows);
        var needed = free > Held ? Math.Ceiling(1 / (free - Held)) : largest;
        return new MemoryPlan(1, (int)Math.Min(Math.Max(needed, FewestStrips), largest));
    }
}
