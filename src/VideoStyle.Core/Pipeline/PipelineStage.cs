namespace VideoStyle.Core.Pipeline;

/// <summary>The stages that time is accounted to, in the order a frame meets them.</summary>
public enum PipelineStage
{
    /// <summary>Demultiplexing, decoding, conversion to RGB.</summary>
    Decode,

    /// <summary>Luma reduction, optical flow, confidence, cut detection.</summary>
    Flow,

    /// <summary>The network.</summary>
    Stylize,

    /// <summary>Warping, blending, sharpening, rounding.</summary>
    Blend,

    /// <summary>Conversion from RGB, encoding, multiplexing.</summary>
    Encode,
}
