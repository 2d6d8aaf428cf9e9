using VideoStyle.Core.Media;
using VideoStyle.Core.Pipeline;
using VideoStyle.Networks.Arbitrary;

namespace VideoStyle;

/// <summary>Something that happens during a conversion, told in order and by one thread at a time.</summary>
public abstract record ConversionEvent;

/// <summary>The input is open and the style is loaded; the first frame is about to be read.</summary>
/// <param name="Input">The input's path.</param>
/// <param name="Output">The output's path.</param>
/// <param name="Video">What is known of the input; its frame count may be null.</param>
/// <param name="Stylizer">Style, precision and device: <c>starry_night, bf16, cpu</c>.</param>
public sealed record ConversionStarted(string Input, string Output, VideoInfo Video, string Stylizer) : ConversionEvent;

/// <summary>Something worth knowing that does not stop the conversion: a stream that the container cannot hold, a frame that was damaged.</summary>
/// <param name="Text">One sentence.</param>
public sealed record ConversionNote(string Text) : ConversionEvent;

/// <summary>A collection's style was chosen for a shot.</summary>
/// <param name="Choice">The shot and its style images.</param>
public sealed record StyleChosen(StyleChoice Choice) : ConversionEvent;

/// <summary>A frame was written.</summary>
/// <param name="Report">What was done so far; its times are those of a running pipeline.</param>
public sealed record FrameWritten(PipelineReport Report) : ConversionEvent;
