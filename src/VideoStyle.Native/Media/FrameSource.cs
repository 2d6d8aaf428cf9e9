using VideoStyle.Core.Media;
using VideoStyle.Native.Files;

namespace VideoStyle.Native.Media;

/// <summary>Opens whatever holds frames. A further kind of input is its class and a line here.</summary>
public static class FrameSource
{
    // Asked in this order; what none of them reads is FFmpeg's.
    private static readonly (Func<string, bool> Reads, Func<string, VideoOptions, IFrameSource> Open)[] Sources =
    [
        (ImageSequence.IsSequence, ImageSequenceSource.Open),
        (NumpySource.Reads, NumpySource.Open),
    ];

    /// <summary>Opens a video, a still, a sequence of images, standard input or a stream.</summary>
    /// <param name="path">A file, <c>-</c>, a URL, a folder of images, a glob, or a pattern such as <c>frame_%05d.png</c>.</param>
    /// <param name="options">What is read, and how.</param>
    /// <param name="cancellationToken">Ends every wait for a stream, also while it is read.</param>
    /// <exception cref="Core.Errors.VideoStyleException">It is missing, unreadable, or holds no frame that can be decoded.</exception>
    public static IFrameSource Open(string path, VideoOptions options, CancellationToken cancellationToken = default)
    {
        var open = StreamUrl.Is(path) ? null : Array.Find(Sources, source => source.Reads(path)).Open;
        return open is null ? FFmpegSource.Open(path, options, new StreamOptions { Stop = cancellationToken }) : open(path, options);
    }
}
