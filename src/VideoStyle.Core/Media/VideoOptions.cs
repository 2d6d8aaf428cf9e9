using System.ComponentModel.DataAnnotations;
using VideoStyle.Core.Options;

namespace VideoStyle.Core.Media;

/// <summary>How a video is read.</summary>
public sealed record VideoOptions
{
    /// <summary>Gets where the part that is read begins, after the first frame of the video; null for the beginning.</summary>
    /// <remarks>The first frame at or after it is the first one read. The part's times begin at 0.</remarks>
    [Option("from", "Begin here: seconds (12.5), [hh:]mm:ss, or 1m30s.", ValueName = "TIME")]
    public TimeSpan? From { get; init; }

    /// <summary>Gets where the part ends, after the first frame of the video: the first frame that is not read; null for the end.</summary>
    [Option("to", "End before here: seconds (12.5), [hh:]mm:ss, or 1m30s.", ValueName = "TIME")]
    public TimeSpan? To { get; init; }

    /// <summary>Gets the longest side in pixels, at least 1; larger videos are scaled down, smaller ones kept. Null keeps every size.</summary>
    /// <remarks>A scaled video has even sides, so that every codec takes it.</remarks>
    [Option("max-size", "Shrink so that the longer side is at most this many pixels.", ValueName = "PIXELS")]
    [Range(16, 16384)]
    public int? MaxSize { get; init; }

    /// <summary>Gets the most pixels that a coded picture may have, at least 1; a larger one is refused before it is decoded. Null is 134 million.</summary>
    public long? MaxPixels { get; init; }

    /// <summary>Gets the number of the video stream in the container; null for the best one.</summary>
    public int? VideoStream { get; init; }

    /// <summary>Gets the threads of the decoder; 0 for one on each core.</summary>
    public int Threads { get; init; }

    /// <summary>Gets whether packets of the other streams are kept for a sink. Without a sink that takes them they fill the memory.</summary>
    public bool KeepStreams { get; init; }

    /// <summary>Gets whether alpha is read where the video has it.</summary>
    public bool KeepAlpha { get; init; }

    /// <summary>Gets whether frames of a video of more than 8 bits a sample have 16 bits as well (<see cref="Frame.Pixels16"/>).</summary>
    public bool KeepDepth { get; init; }

    /// <summary>Gets whether pictures marked as interlaced are deinterlaced (bwdif), one frame for each picture.</summary>
    [Option("no-deinterlace", "Leave interlaced video as it is, combing included.")]
    public bool Deinterlace { get; init; } = true;

    /// <summary>Gets whether frames are only counted and timed: they are decoded, but their pixels stay undefined.</summary>
    public bool TimesOnly { get; init; }

    /// <summary>Gets the constant frame rate to repeat or drop frames for; null keeps every frame and its time.</summary>
    /// <remarks>For a sequence of pictures, which states no times, it is their rate; null is 25 a second.</remarks>
    [Option("fps", "Resample to this many frames a second: 25, 29.97 or 30000/1001. Default: every frame at its own time.", ValueName = "RATE")]
    public Rational? FrameRate { get; init; }
}
