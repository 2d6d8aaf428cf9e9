using VideoStyle.Core.Color;
using VideoStyle.Core.Compositing;
using VideoStyle.Core.Media;
using VideoStyle.Core.Pipeline;
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

    /// <summary>Gets what <see cref="StyleSpec"/> reads: built-in styles, models and pictures, with shares and times.</summary>
    public string Style { get; init; } = DefaultStyle;

    /// <summary>Gets how pictures are painted after: a method's name, a folder with its files, or <c>auto</c>.</summary>
    public string AnyStyle { get; init; } = "auto";

    /// <summary>Gets how much of the style is painted, 0–1.</summary>
    public double Strength { get; init; } = 1;

    /// <summary>Gets what is kept of the frame's colours.</summary>
    public ColorPreservation PreserveColor { get; init; }

    /// <summary>Gets the size of strokes, or null for the network's own.</summary>
    public StrokeScale? Scale { get; init; }

    /// <summary>Gets the picture or video that says where each style is painted, or null.</summary>
    public string? Mask { get; init; }

    /// <summary>Gets the folder of pictures that each shot's style is chosen from, in place of <see cref="Style"/>; or null.</summary>
    public string? Collection { get; init; }

    /// <summary>Gets how many pictures of the collection are mixed.</summary>
    public int Nearest { get; init; } = 1;

    public CoherenceMode Coherence { get; init; } = CoherenceMode.Fast;

    /// <summary>Gets how paint is held, or null for the way of <see cref="Coherence"/>.</summary>
    public BlendOptions? Blend { get; init; }

    /// <summary>Gets what estimates the flow, or null for the estimator of <see cref="Coherence"/>.</summary>
    public FlowMethod? Flow { get; init; }

    /// <summary>Gets what estimates the flow.</summary>
    public FlowMethod Estimator => Flow ?? FlowNames.For(Coherence);

    /// <summary>Gets the most frames from one painted frame to the next, or null for as many as <see cref="Coherence"/> takes.</summary>
    public int? PaintEvery { get; init; }

    /// <summary>The most frames from one painted frame to the next for frames of a size.</summary>
    public int PaintEveryFor(int width, int height) => PaintEvery ?? PipelineOptions.KeyframeIntervalFor(Coherence, width, height);

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
