namespace VideoStyle.Metrics.Frames;

/// <summary>The pixels of an image.</summary>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Rgb">RGB bytes, shape <c>[Height, Width, 3]</c>; valid during the call.</param>
public readonly record struct ImageView(int Width, int Height, ReadOnlyMemory<byte> Rgb);
