namespace VideoStyle.Watch;

/// <summary>What decides how one file is painted, besides its style.</summary>
/// <param name="Coherence"><c>off</c>, <c>fast</c> or <c>best</c>.</param>
/// <param name="Codec">The codec's name, or null for the container's own.</param>
/// <param name="Crf">The constant quality, or null for the codec's own.</param>
/// <param name="MaxSize">The longest side in pixels, or null for the source's.</param>
public sealed record JobSettings(string Coherence = "fast", string? Codec = null, int? Crf = null, int? MaxSize = null);
