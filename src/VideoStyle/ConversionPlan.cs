using VideoStyle.Core.Media;
using VideoStyle.Core.Pipeline;

namespace VideoStyle;

/// <summary>What a conversion would do.</summary>
public sealed record ConversionPlan
{
    /// <summary>Gets the input's path.</summary>
    public required string Input { get; init; }

    /// <summary>Gets the output's path.</summary>
    public required string Output { get; init; }

    /// <summary>Gets what would be written; its frame count may be an estimate.</summary>
    public required VideoInfo Video { get; init; }

    /// <summary>Gets style, precision and device.</summary>
    public required string Stylizer { get; init; }

    /// <summary>Gets the mode that holds the video steady.</summary>
    public required CoherenceMode Coherence { get; init; }

    /// <summary>Gets the estimated size of the output in bytes, or null where the length is not known or nothing is stored.</summary>
    public long? EstimatedBytes { get; init; }

    /// <summary>Gets how many bytes are free for it, or null where that is not known.</summary>
    public long? FreeBytes { get; init; }
}
