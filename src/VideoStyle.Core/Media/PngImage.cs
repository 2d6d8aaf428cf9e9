namespace VideoStyle.Core.Media;

/// <summary>A PNG as data: row-major samples, shape <c>[Height, Width, Channels]</c>.</summary>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Channels">1 grayscale, 2 grayscale and alpha, 3 RGB, 4 RGBA; a palette is resolved to 3.</param>
/// <param name="BitDepth">8 or 16; fewer bits are scaled up to 8.</param>
/// <param name="Samples">One byte a sample, or two with the high one first, as PNG stores them.</param>
public sealed record PngImage(int Width, int Height, int Channels, int BitDepth, byte[] Samples);
