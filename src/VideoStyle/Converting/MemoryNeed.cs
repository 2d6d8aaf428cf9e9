using VideoStyle.Core.Media;
using VideoStyle.Native.Files;

namespace VideoStyle.Converting;

/// <summary>Estimates the memory that frames of a size need, and compares it with what a conversion may use.</summary>
internal static class MemoryNeed
{
    // What a conversion takes with one row tile at a time, where nothing is left to save: 1.48 GB were measured for 3840x2160.
    private const long Base = 250L << 20;
    private const long BytesPerPixel = 110;
    private const double DefaultShare = 0.7;

    /// <summary>Divides what the process may use among conversions that run at the same time.</summary>
    /// <param name="limit">What the process may use, or null for most of the machine's memory.</param>
    /// <param name="jobs">The number of conversions, at least 1.</param>
    public static ByteSize? Share(ByteSize? limit, int jobs) =>
        jobs == 1 ? limit : new ByteSize((limit?.Bytes ?? (long)(DefaultShare * Available)) / jobs);

    /// <summary>Tells whether frames can be decoded beside so many conversions.</summary>
    public static bool IsDecodable(VideoInfo video, int jobs) => Base + (BytesPerPixel * video.Width * video.Height) <= Available / jobs;

    /// <summary>Refuses frames that clearly do not fit, before one is decoded.</summary>
    /// <exception cref="MemoryLimitException">They do not.</exception>
    public static void Require(StylerOptions options, string input, VideoInfo video)
    {
        var limit = options.Compute.MaxMemory?.Bytes ?? Available;
        var need = Base + (BytesPerPixel * video.Width * video.Height);
        if (need > limit)
            throw new MemoryLimitException(
                $"{input}: frames of {video.Width}x{video.Height} need at least {SizeText.Of(need)} of memory, and {SizeText.Of(limit)} may be used.",
                "Set VideoOptions.MaxSize for smaller frames, or ComputeOptions.MaxMemory to allow more.");
    }

    // The container's limit where there is one.
    private static long Available => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
}
