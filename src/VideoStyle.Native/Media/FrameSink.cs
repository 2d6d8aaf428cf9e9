using VideoStyle.Core.Media;
using VideoStyle.Native.Files;

namespace VideoStyle.Native.Media;

/// <summary>Creates whatever frames can be written to.</summary>
public static class FrameSink
{
    /// <summary>Creates a video, a still or a sequence of pictures, by the final name's extension.</summary>
    /// <param name="path">The file that a video is written to, or <c>-</c>; pictures are written under their final names.</param>
    /// <param name="options">Container, codec and quality.</param>
    /// <param name="source">Where the frames come from; its other streams are copied into a video.</param>
    /// <exception cref="Core.Errors.VideoStyleException">It cannot be written, or the codec cannot be had.</exception>
    public static IFrameSink Create(string path, EncodeOptions options, IFrameSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return Create(path, options, source, source.Info);
    }

    /// <summary>Creates a video, a still or a sequence of pictures of another size than the source's.</summary>
    /// <param name="path">The file that a video is written to, or <c>-</c>; pictures are written under their final names.</param>
    /// <param name="options">Container, codec and quality.</param>
    /// <param name="source">Its other streams are copied into a video.</param>
    /// <param name="video">Size, times and colour of the frames that will be written.</param>
    /// <exception cref="Core.Errors.VideoStyleException">It cannot be written, or the codec cannot be had.</exception>
    public static IFrameSink Create(string path, EncodeOptions options, IFrameSource source, VideoInfo video)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(video);
        return WritesPictures(options.FileName ?? path, video)
            ? ImageSequenceSink.Create(path, video)
            : FFmpegSink.Create(path, options, video, source as FFmpegSource);
    }

    /// <summary>Tells whether <see cref="Create(string, EncodeOptions, IFrameSource)"/> writes pictures, which need no partial name.</summary>
    /// <param name="name">The final name.</param>
    /// <param name="video">What is written; several frames make a <c>.webp</c> an animation.</param>
    public static bool WritesPictures(string name, VideoInfo video)
    {
        ArgumentNullException.ThrowIfNull(video);
        return ImageSequence.IsSequence(name)
            || (
                ImageSequence.IsPicture(name)
                && (
                    video.FrameCount == 1
                    || ImageSequence.IsNumbered(name)
                    || !Path.GetExtension(name).Equals(".webp", StringComparison.OrdinalIgnoreCase)
                )
            );
    }
}
