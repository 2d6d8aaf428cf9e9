using VideoStyle.Core.MotionEstimation;
using VideoStyle.Core.Stylizers;

namespace VideoStyle.Core.Compositing;

/// <summary>A frame that is not painted itself: its painting is put together from those before and after it, moved along.</summary>
/// <param name="toEarlier">From the frame to the painted one before it; owned from here on.</param>
/// <param name="toLater">From the frame to the painted one after it; owned from here on.</param>
/// <param name="position">Where between the two it lies, above 0 and below 1.</param>
internal sealed class BidirectionalWarp(ComposedFlow toEarlier, ComposedFlow toLater, float position) : IDisposable
{
    /// <summary>What counts where neither of the two is trusted.</summary>
    private const float Least = 0.01f;

    /// <summary>Where less than the first is unexplained, a part that is painted anew is not seen; where as much more as the second, nothing else is.</summary>
    private const float ShownFrom = 0.1f;
    private const float ShownOver = 0.4f;

    public float Position => position;

    /// <summary>Gets or sets the parts of the frame that are painted anew.</summary>
    public IReadOnlyList<Region> Parts { get; set; } = [];

    /// <summary>The share of the frame that neither painting explains, 0–1.</summary>
    public double Unexplained() => ComposedFlow.Unexplained(toEarlier, toLater);

    /// <summary>Finds the parts that neither painting explains.</summary>
    /// <param name="width">The frame's width in pixels.</param>
    /// <param name="height">The frame's height.</param>
    /// <param name="stylizer">Says what a part costs.</param>
    /// <param name="mostOfTile">What of a small square may stay unexplained.</param>
    public DisoccludedRegions FindParts(int width, int height, IStylizer stylizer, double mostOfTile) =>
        DisoccludedRegions.Of(toEarlier, toLater, width, height, stylizer, mostOfTile);

    /// <summary>Puts the painting together; call once.</summary>
    /// <param name="earlier">The painting before.</param>
    /// <param name="later">The painting after.</param>
    /// <param name="parts">Paintings of <see cref="Parts"/>; kept by the caller, like the two, and needed as long as the mixture.</param>
    /// <remarks>
    /// The one fades into the other, each in proportion to how near it is. (By the squares of the distances, for patterns of strokes in
    /// equal parts wash each other out, the warping error is up to 5 % higher: the blend smooths over more than one frame anyway.)
    /// What one of them does not show comes from the other, and what neither shows, from a part.
    /// </remarks>
    public InterpolatedFrame Mix(StylizedFrame earlier, StylizedFrame later, IReadOnlyList<StylizedFrame> parts)
    {
        WeighLater();
        return new InterpolatedFrame(earlier, new WarpMap(toEarlier, 0), later, new WarpMap(toLater, 1), [.. Parts.Zip(parts)]);
    }

    public void Dispose()
    {
        toEarlier.Dispose();
        toLater.Dispose();
    }

    // Puts the later painting's weight in the place of its confidence, and the share of the parts behind it.
    private void WeighLater()
    {
        var (before, after) = (1 - position, position);
        for (var y = 0; y < toLater.Height; y++)
        {
            var first = toEarlier.Row(y);
            var second = toLater.Row(y);
            for (var i = 2; i < first.Length; i += 4)
            {
                var (a, b) = (before * (first[i] + Least), after * (second[i] + Least));
                second[i + 1] = Math.Clamp((1 - Math.Max(first[i], second[i]) - ShownFrom) / ShownOver, 0, 1);
                second[i] = b / (a + b);
            }
        }
    }
}
