namespace VideoStyle.Metrics;

/// <summary>Computes the distances of one moment that need a network.</summary>
/// <param name="Description">Network, weights and definition, for reports; null where there is no network and nothing but reasons.</param>
/// <param name="LeftOut">What it cannot compute, and why.</param>
/// <param name="Measure">
/// Given the pictures of one moment, the source's first, and those of the frame before in the same shot or null, returns the distances of each clip by name, empty for the
/// source. The last picture is the per-frame rendering where the measurement has one. Not called from two threads.
/// </param>
public sealed record PerceptualMeter(
    string? Description,
    IReadOnlyList<LeftOutReport> LeftOut,
    Func<IReadOnlyList<PictureView>, IReadOnlyList<PictureView>?, IReadOnlyList<IReadOnlyDictionary<string, double>>> Measure
);

/// <summary>The pixels of a picture.</summary>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Rgb">RGB bytes, <c>[Height, Width, 3]</c>; valid during the call.</param>
public readonly record struct PictureView(int Width, int Height, ReadOnlyMemory<byte> Rgb);
