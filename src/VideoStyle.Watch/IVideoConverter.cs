using VideoStyle.Core.Errors;

namespace VideoStyle.Watch;

/// <summary>What one conversion is to do.</summary>
internal sealed record ConversionOrder
{
    /// <summary>Gets the video.</summary>
    public required string Source { get; init; }

    /// <summary>Gets a folder of the job's own; what an earlier attempt left in it may be used again.</summary>
    public required string WorkFolder { get; init; }

    /// <summary>Gets the output's final file name, whose extension chooses the container.</summary>
    public required string Name { get; init; }

    /// <summary>Gets style and options.</summary>
    public required StylerOptions Options { get; init; }

    /// <summary>Gets who is told what a person should know of the conversion: what was converted or left out.</summary>
    public Action<string> Note { get; init; } = _ => { };
}

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
