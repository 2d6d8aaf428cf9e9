using VideoStyle.Networks.Models;

namespace VideoStyle.Networks.Inference;

/// <summary>Chooses the number of parallel workers and of row tiles so that inference fits into memory.</summary>
internal static class MemoryBudget
{
    /// <summary>Bytes of the runtime, the libraries and the weights.</summary>
    private const long Base = 400L << 20;

    /// <summary>Bytes for each pixel of the frames in the queues; a stylized frame has eight of them.</summary>
    private const long Waiting = 110;

    /// <summary>Scratch memory of the convolutions, as a factor of their activations.</summary>
    private const double Scratch = 1.4;

    /// <summary>The share of the machine's memory that is used where no limit is given.</summary>
    private const double DefaultShare = 0.7;

    /// <summary>The share of the activations that row-tiled inference holds: one layer of half the size.</summary>
    private const double Held = 0.25;

    /// <summary>Tiles of fewer rows cost too much: each computes eight rows again.</summary>
    private const int MinRows = 64;

    private const int MinRowTiles = 4;

    /// <summary>Finds the fastest plan that fits, or else the one that needs the least memory.</summary>
    /// <param name="limit">Bytes that the process may use, or null for 70 % of what the machine (or the container) has.</param>
    /// <param name="architecture">The network.</param>
    /// <param name="bytes">Bytes of an activation.</param>
    /// <param name="width">Of a frame, in pixels.</param>
    /// <param name="height">Of a frame, in pixels.</param>
    /// <param name="maxWorkers">The number of workers.</param>
    public static MemoryPlan PlanFor(long? limit, NetworkArchitecture architecture, int bytes, int width, int height, int maxWorkers)
    {
        var pixels = (double)width * height;
        var allowed = limit ?? (long)(DefaultShare * GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        // In frames without row tiling.
        var free = (allowed - Base - pixels * Waiting) / (pixels * architecture.ActivationsPerPixel * bytes * Scratch);
        if (free >= 1)
            return new MemoryPlan((int)Math.Min(free, maxWorkers), 1);
        var max = Math.Max(1, height / MinRows);
        var needed = free > Held ? Math.Ceiling(1 / (free - Held)) : max;
        return new MemoryPlan(1, (int)Math.Min(Math.Max(needed, MinRowTiles), max));
    }
}
