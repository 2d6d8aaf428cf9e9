using VideoStyle.Core.Errors;

namespace VideoStyle.Watch;

/// <summary>What one conversion is to do.</summary>
/// <param name="Source">The video.</param>
/// <param name="WorkFolder">A folder of the job's own; what is left in it by an earlier attempt may be used again.</param>
/// <param name="Name">The painting's final file name, whose extension chooses the container.</param>
/// <param name="Style">The style's name or the path of its model.</param>
/// <param name="Settings">The other settings.</param>
internal sealed record ConversionOrder(string Source, string WorkFolder, string Name, string Style, JobSettings Settings);

/// <summary>How far a conversion is.</summary>
/// <param name="Frames">Frames painted, those of an earlier attempt among them.</param>
/// <param name="Total">Frames of the whole video, or null where the container does not say.</param>
/// <param name="FramesPerSecond">Speed of this attempt.</param>
internal readonly record struct ConversionProgress(long Frames, long? Total, double FramesPerSecond);

/// <summary>What a conversion made.</summary>
/// <param name="Path">The complete file, on the disk, in the work folder.</param>
/// <param name="Frames">The frames in it.</param>
internal sealed record ConvertedVideo(string Path, long Frames);

/// <summary>Converts one video.</summary>
internal interface IVideoConverter
{
    /// <summary>Converts a video into a file in the work folder and checks that the file is complete.</summary>
    /// <param name="order">What to do.</param>
    /// <param name="progress">Told after each frame.</param>
    /// <param name="cancellationToken">Stops; what is worth keeping for the next attempt stays in the work folder.</param>
    /// <exception cref="VideoStyleException">It is impossible or failed.</exception>
    Task<ConvertedVideo> ConvertAsync(ConversionOrder order, Action<ConversionProgress> progress, CancellationToken cancellationToken);

    /// <summary>Writes a small picture of a video's middle; does nothing where that cannot be had.</summary>
    /// <param name="video">The video.</param>
    /// <param name="picture">The JPEG file.</param>
    void WriteThumbnail(string video, string picture);
}
