using VideoStyle.Core.Media;
using VideoStyle.Native.Files;

namespace VideoStyle.Native.Media;

/// <summary>Opens whatever holds frames.</summary>
public static class FrameSource
{
    /// <summary>Opens a video, a still, a sequence of pictures or standard input.</summary>
    /// <param name="path">A file, <c>-</c>, a folder of pictures, a glob, or a pattern such as <c>frame_%05d.png</c>.</param>
    /// <param name="options">What is read, and how.</param>
    /// <exception cref="Core.Errors.VideoStyleException">It is missing, unreadable, or holds no frame that can be decoded.</exception>
    public static IFrameSource Open(string path, VideoOptions options) =>
        ImageSequence.IsSequence(path) ? ImageSequenceSource.Open(path, options) : FFmpegSource.Open(path, options);
}
