namespace VideoStyle.Core.Media;

/// <summary>How a video is written.</summary>
public sealed record EncodeOptions
{
    /// <summary>Gets the final name, whose extension chooses the container and which messages use; null for the path itself.</summary>
    public string? FileName { get; init; }

    /// <summary>Gets FFmpeg's name of the container, such as <c>matroska</c>; null to go by the name.</summary>
    public string? FormatName { get; init; }

    /// <summary>
    /// Gets the codec: <c>h264 hevc vp9 av1 prores ffv1 gif webp</c>, or FFmpeg's name of an encoder; null for the usual one
    /// of the container.
    /// </summary>
    public string? Codec { get; init; }

    /// <summary>Gets the constant quality in the encoder's scale, lower is better; null for one that shows no loss.</summary>
    public int? Crf { get; init; }

    /// <summary>Gets the encoder's preset, such as <c>medium</c>; null for one that keeps up with the painting.</summary>
    public string? Preset { get; init; }

    /// <summary>Gets FFmpeg's name of the pixel format; null for the one that most players take and that keeps the exact size.</summary>
    /// <remarks>H.264 and HEVC hold an odd width or height only with full chroma, and are written as <c>yuv444p</c> then.</remarks>
    public string? PixelFormat { get; init; }

    /// <summary>Gets the bits a second; null to go by quality.</summary>
    public long? BitRate { get; init; }

    /// <summary>Gets the threads of the encoder; 0 for one on each core.</summary>
    public int Threads { get; init; }

    /// <summary>Gets which of the source's other streams are copied.</summary>
    public StreamKinds Copy { get; init; } = StreamKinds.All;

    /// <summary>Gets whether MP4 and MOV begin with their index, so that they play while they load.</summary>
    public bool FastStart { get; init; } = true;
}
