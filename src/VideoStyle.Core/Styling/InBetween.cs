namespace VideoStyle.Core.Styling;

/// <summary>A frame that is not painted itself: its painting is put together from those before and after it, moved along.</summary>
/// <param name="toEarlier">From the frame to the painted one before it; owned from here on.</param>
/// <param name="toLater">From the frame to the painted one after it; owned from here on.</param>
/// <param name="position">Where between the two it lies, above 0 and below 1.</param>
internal sealed class InBetween(MotionPath toEarlier, MotionPath toLater, float position) : IDisposable
{
    /// <summary>What counts where neither of the two is trusted.</summary>
    private const float Least = 0.01f;

    public float Position => position;

    /// <summary>The share of the frame that neither painting explains, 0–1.</summary>
    public double Unexplained() => MotionPath.Unexplained(toEarlier, toLater);

    /// <summary>Puts the painting together.</summary>
    /// <param name="earlier">The painting before.</param>
    /// <param name="later">The painting after.</param>
    /// <returns>A painting that the caller owns.</returns>
    /// <remarks>
    /// The nearer of the two counts more, by the squares of the distances: two patterns of strokes in equal parts would
    /// wash each other out. What one of them does not show comes from the other.
    /// </remarks>
    public Painting Paint(Painting earlier, Painting later)
    {
        WeighLater();
        Painting painting = new(earlier.Width, earlier.Height);
        using MotionGrid toFirst = new(toEarlier, 0);
        using MotionGrid toSecond = new(toLater, 1);
        PaintingWarp.Mix(earlier, toFirst, later, toSecond, painting);
        return painting;
    }

    public void Dispose()
    {
        toEarlier.Dispose();
        toLater.Dispose();
    }

    // Puts the later painting's weight in the place of its confidence.
    private void WeighLater()
    {
        var (before, after) = ((1 - position) * (1 - position), position * position);
        for (var y = 0; y < toLater.Height; y++)
        {
            var first = toEarlier.Row(y);
            var second = toLater.Row(y);
            for (var i = 2; i < first.Length; i += 4)
            {
                var (a, b) = (before * (first[i] + Least), after * (second[i] + Least));
                second[i] = b / (a + b);
            }
        }
    }
}
