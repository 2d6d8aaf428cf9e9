using VideoStyle.Core.Pipeline;

namespace VideoStyle;

/// <summary>A finished conversion.</summary>
/// <param name="Output">The output's path.</param>
/// <param name="Report">Frames, shots and times.</param>
public sealed record ConversionResult(string Output, PipelineReport Report);
