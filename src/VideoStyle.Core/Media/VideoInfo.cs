namespace VideoStyle.Core.Media;

/// <summary>What the container and the codec say of a video.</summary>
public sealed record VideoInfo
{
    /// <summary>Gets the path or name that messages use.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the width in pixels of the frames that are read, after rotation.</summary>
    public required int Width { get; init; }

    /// <summary>Gets the height in pixels of the frames that are read, after rotation.</summary>
    public required int Height { get; init; }

    /// <summary>Gets the seconds of one tick of <see cref="Frame.Pts"/>.</summary>
    public required Rational TimeBase { get; init; }

    /// <summary>Gets the average frame rate, unknown where the container does not say.</summary>
    public Rational FrameRate { get; init; }

    /// <summary>Gets the shape of one pixel, unknown for square.</summary>
    public Rational SampleAspectRatio { get; init; }

    /// <summary>Gets the length of the video stream, or null where the container does not say.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Gets the number of frames, exact or estimated from duration and rate, or null where neither is stated.</summary>
    public long? FrameCount { get; init; }

    /// <summary>Gets the name of the video codec, as FFmpeg writes it.</summary>
    public string Codec { get; init; } = "";

    /// <summary>Gets the pixel format of the coded video, as FFmpeg writes it.</summary>
    public string PixelFormat { get; init; } = "";

    /// <summary>Gets the color space of the coded video; the matrix is guessed from the size where none is stated.</summary>
    /// <remarks>HDR (PQ, HLG) is tone-mapped to BT.709 while it is read, and stated as such.</remarks>
    public ColorInfo Color { get; init; } = new();

    /// <summary>Gets whether the first frame is marked as interlaced.</summary>
    public bool IsInterlaced { get; init; }

    /// <summary>Gets whether frames carry alpha.</summary>
    public bool HasAlpha { get; init; }

    /// <summary>Gets the bits of a sample, 8 to 16; above 8 frames have <see cref="Frame.Pixels16"/>.</summary>
    /// <remarks>8 for every video without <see cref="VideoOptions.KeepDepth"/>.</remarks>
    public int BitDepth { get; init; } = 8;

    /// <summary>Gets the name of the container, as FFmpeg writes it.</summary>
    public string Container { get; init; } = "";

    /// <summary>Gets every stream of the container, the video stream among them.</summary>
    public IReadOnlyList<StreamInfo> Streams { get; init; } = [];
}

/// <summary>One stream of a container.</summary>
/// <param name="Index">Its number in the container, from 0.</param>
/// <param name="Kind"><c>video</c>, <c>audio</c>, <c>subtitle</c>, <c>data</c> or <c>attachment</c>.</param>
/// <param name="Codec">The codec, as FFmpeg writes it.</param>
/// <param name="Selected">Whether it is the video stream that frames are read from.</param>
/// <param name="Language">The language tag, or empty.</param>
public sealed record StreamInfo(int Index, string Kind, string Codec, bool Selected, string Language = "");
