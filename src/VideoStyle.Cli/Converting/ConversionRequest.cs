using VideoStyle.Core.Media;
using VideoStyle.Core.Styling;
using VideoStyle.Native.Vision;
using VideoStyle.Networks;

namespace VideoStyle.Cli.Converting;

/// <summary>Everything that decides what one conversion does.</summary>
internal sealed record ConversionRequest
{
    /// <summary>The style of a conversion that names none.</summary>
    public const string DefaultStyle = "starry_night";

    public required string Input { get; init; }

    public required string Output { get; init; }

    /// <summary>Gets the name of a built-in style, or the path of a model.</summary>
    public string Style { get; init; } = DefaultStyle;

    public CoherenceMode Coherence { get; init; } = CoherenceMode.Fast;

    public FlowMethod Flow { get; init; } = FlowMethod.DisMedium;

    /// <summary>Gets the most frames from one painted frame to the next, or null to paint all.</summary>
    public int? PaintEvery { get; init; }

    /// <summary>Gets <c>auto</c>, <c>cpu</c> or <c>cuda[:N]</c>.</summary>
    public string Device { get; init; } = "auto";

    public Precision Precision { get; init; } = Precision.Auto;

    /// <summary>Gets about how many bytes of memory may be used, or null for most of the machine's.</summary>
    public long? MaxMemory { get; init; }

    /// <summary>Gets the codec's name, or null for the one that fits the output's extension.</summary>
    public string? Codec { get; init; }

    public int? Crf { get; init; }

    public string? Preset { get; init; }

    /// <summary>Gets the longest side of the output in pixels, or null for the input's.</summary>
    public int? MaxSize { get; init; }

    public TimeSpan? From { get; init; }

    public TimeSpan? To { get; init; }

    /// <summary>Gets the frames a second to resample to, or null to keep every frame and its time.</summary>
    public Rational? FrameRate { get; init; }

    /// <summary>Gets whether interlaced video is deinterlaced.</summary>
    public bool Deinterlace { get; init; } = true;

    /// <summary>Gets FFmpeg's name of the pixel format, or null for the one that most players take.</summary>
    public string? PixelFormat { get; init; }

    /// <summary>Gets the bits a second, or null to go by quality.</summary>
    public long? BitRate { get; init; }

    /// <summary>Gets which other streams are copied.</summary>
    public StreamKinds Copy { get; init; } = StreamKinds.All;

    /// <summary>Gets how the original is shown with the painting, or null for the painting alone.</summary>
    public CompareMode? Compare { get; init; }

    /// <summary>Gets whether finished shots are kept until the output is complete, and gone on behind.</summary>
    public bool Resume { get; init; }

    /// <summary>Gets whether the output's folder is made where it is missing.</summary>
    public bool MakeFolder { get; init; }

    /// <summary>Gets whether a file at the output may be replaced.</summary>
    public bool Force { get; init; }
}
