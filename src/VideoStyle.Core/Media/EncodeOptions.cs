using System.ComponentModel.DataAnnotations;
using VideoStyle.Core.Options;

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
    [Option("codec", "The video codec, e.g. h264, hevc, vp9, av1, ffv1. Default: fits the extension.", ValueName = "NAME")]
    public string? Codec { get; init; }

    /// <summary>Gets the constant quality in the encoder's scale, lower is better; null for one that shows no loss.</summary>
    [Option("crf", "Constant rate factor of the codec: lower is better and larger.", ValueName = "N")]
    [Range(0, 63)]
    public int? Crf { get; init; }

    /// <summary>Gets the encoder's preset, such as <c>medium</c>; null for one that keeps up with the network.</summary>
    [Option("preset", "The encoder's preset, e.g. veryfast, medium, slow.", ValueName = "NAME")]
    public string? Preset { get; init; }

    /// <summary>Gets what the encoder is tuned for, such as <c>film</c>, <c>animation</c> or <c>grain</c>; null for nothing.</summary>
    [Option("tune", "What the encoder is tuned for, e.g. film, animation, grain (x264, x265).", ValueName = "NAME")]
    public string? Tune { get; init; }

    /// <summary>Gets FFmpeg's name of the pixel format; null for the one that most players take and that keeps the exact size.</summary>
    /// <remarks>
    /// Frames of more than 8 bits (<see cref="VideoInfo.BitDepth"/>) get a format of 10 where the codec has one. H.264 and HEVC with
    /// chroma 4:2:0 have even sides: the last column and row of an odd size are repeated.
    /// </remarks>
    [Option("pixel-format", "The pixel format, as FFmpeg names it, e.g. yuv420p, yuv444p, bgr0 (FFV1, without loss).", ValueName = "NAME")]
    public string? PixelFormat { get; init; }

    /// <summary>Gets the bits a second; null to go by quality.</summary>
    [Option("bitrate", "Bits a second instead of a quality: 4M, 2500k.", ValueName = "RATE")]
    [Range(1000, 1e12)]
    public long? BitRate { get; init; }

    /// <summary>Gets further options of the encoder as FFmpeg names them, <c>key=value:key=value</c>; null for none.</summary>
    [Option("encoder-options", "Further options of the encoder, as FFmpeg names them: key=value:key=value.", ValueName = "OPTIONS")]
    public string? EncoderOptions { get; init; }

    /// <summary>Gets the threads of the encoder; 0 for one on each core.</summary>
    public int Threads { get; init; }

    /// <summary>Gets what becomes of the source's sound. By default it is copied where the container can hold it, and converted where not.</summary>
    [Option("audio", "The sound: copied where the container can hold it and converted where not (auto), copied or left out (copy), converted, or left out.", ValueName = "MODE")]
    public AudioMode Audio { get; init; }

    /// <summary>Gets whether the source's sound is kept; false is the same as <see cref="AudioMode.None"/>. Default true.</summary>
    [Option("no-audio", "Leave the sound out.")]
    public bool KeepAudio { get; init; } = true;

    /// <summary>Gets whether the source's other streams are copied: sound, subtitles, data, attachments. Default true.</summary>
    [Option("only-video", "Leave everything but the video out.")]
    public bool KeepStreams { get; init; } = true;

    /// <summary>Gets which of the source's other streams are copied.</summary>
    public StreamKinds Copy =>
        !KeepStreams ? StreamKinds.None
        : KeepAudio && Audio != AudioMode.None ? StreamKinds.All
        : StreamKinds.All & ~StreamKinds.Audio;

    /// <summary>Gets whether MP4 and MOV begin with their index, so that they play while they load.</summary>
    public bool FastStart { get; init; } = true;
}
