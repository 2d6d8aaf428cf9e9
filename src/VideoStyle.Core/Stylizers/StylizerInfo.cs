namespace VideoStyle.Core.Stylizers;

/// <summary>What is known of a stylizer before it sees a frame.</summary>
/// <param name="Description">Style, precision and device, for logs and reports: <c>starry_night, bf16, cpu</c>.</param>
/// <param name="Workers">How many frames can usefully be stylized at the same time, at least 1.</param>
/// <param name="IsExposureInvariant">
/// Whether a gain and an offset of the whole frame's brightness leave the stylized frame as it is. A network with instance
/// normalization behind its first convolution has this property.
/// </param>
public sealed record StylizerInfo(string Description, int Workers = 1, bool IsExposureInvariant = false);
