using System.Diagnostics;

namespace VideoStyle;

/// <summary>What one step of a conversion cost for each frame.</summary>
/// <param name="WallMs">Milliseconds on the clock.</param>
/// <param name="CpuMs">Milliseconds of all cores together, the codecs' threads included.</param>
/// <param name="AllocatedKiB">KiB that the garbage collector has to look after; pooled and native memory is not among them.</param>
public readonly record struct StepCost(double WallMs, double CpuMs, double AllocatedKiB)
{
    /// <summary>Begins to measure.</summary>
    internal static Meter Begin() => new(Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes());

    /// <summary>A measurement that has begun.</summary>
    internal readonly record struct Meter(long Start, TimeSpan Cpu, long Allocated)
    {
        /// <summary>Ends the measurement.</summary>
        /// <param name="frames">The frames since it began.</param>
        public StepCost End(int frames) =>
            new(
                Stopwatch.GetElapsedTime(Start).TotalMilliseconds / frames,
                (Environment.CpuUsage.TotalTime - Cpu).TotalMilliseconds / frames,
                (GC.GetTotalAllocatedBytes() - Allocated) / 1024.0 / frames
            );
    }
}
