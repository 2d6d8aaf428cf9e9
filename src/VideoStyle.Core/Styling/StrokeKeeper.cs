namespace VideoStyle.Core.Styling;

/// <summary>Keeps strokes alive that the averaging of successive paintings would wash out.</summary>
/// <remarks>
/// Ours. Where the picture has no texture of its own (a sky, a wall, a face), the network's strokes do not quite follow
/// the flow, and blending many of them leaves a smooth wash. So the middle band of the luma, about 2 to 8 px wide
/// structures, is brought back in the loop, place by place, to a share of the energy it has in the new painting:
/// <c>z ← z + (√(τ E_S / E_z) − 1) h_z</c>, never weakened and by at most half a step, where <c>E</c> is the local mean of <c>h²</c>.
/// Strokes are then carried along at full contrast and only slowly replaced. The energy is bounded by that of the
/// painting, so nothing can ring up. The finest grain is left out: it flickers and nobody misses it.
/// </remarks>
internal static class StrokeKeeper
{
    /// <summary>τ, the share of the painting's energy that is kept up: at 1 the error rises by half, at 0 flat places wash out.</summary>
    private const float Share = 0.3f;

    /// <summary>The most a place is amplified at one frame.</summary>
    private const float MostGain = 1.5f;

    /// <summary>Energy of the noise of rounding, below which there is nothing to keep.</summary>
    private const float Floor = 1e-7f;

    // In pixels of half resolution: the band ends at σ = 4 px of the painting, the energy is averaged over σ = 6 px.
    private static readonly float[] Band = Plane.Gaussian(2);
    private static readonly float[] Window = Plane.Gaussian(3);

    /// <summary>Measures the strokes of a painting before it is blended.</summary>
    /// <returns>The local energy of the middle band at half resolution; the caller disposes it.</returns>
    public static Plane Energy(Painting painting)
    {
        using var half = Plane.HalfLumaOf(painting);
        using var band = MiddleBand(half);
        return LocalEnergy(band);
    }

    /// <summary>Brings the strokes of a blend back up, in place.</summary>
    /// <param name="blend">The blend.</param>
    /// <param name="painted">What <see cref="Energy"/> gave for the painting that went into it.</param>
    public static void Restore(Painting blend, Plane painted)
    {
        using var half = Plane.HalfLumaOf(blend);
        using var band = MiddleBand(half);
        using var energy = LocalEnergy(band);
        Rows.For(band.Height, y =>
        {
            var strokes = band.Row(y);
            var now = energy.Row(y);
            var wanted = painted.Row(y);
            for (var x = 0; x < strokes.Length; x++)
                strokes[x] *= Math.Clamp(MathF.Sqrt(Share * wanted[x] / (now[x] + Floor)), 1, MostGain) - 1;
        });
        Rows.For(blend.Height, y => AddRow(blend, band, y));
    }

    private static Plane MiddleBand(Plane half)
    {
        var band = half.Blur(Band);
        Rows.For(band.Height, y =>
        {
            var low = band.Row(y);
            var all = half.Row(y);
            for (var x = 0; x < low.Length; x++)
                low[x] = all[x] - low[x];
        });
        return band;
    }

    private static Plane LocalEnergy(Plane band)
    {
        using Plane squared = new(band.Width, band.Height);
        Rows.For(band.Height, y =>
        {
            var from = band.Row(y);
            var to = squared.Row(y);
            for (var x = 0; x < from.Length; x++)
                to[x] = from[x] * from[x];
        });
        return squared.Blur(Window);
    }

    // Adds a half-resolution plane, interpolated bilinearly, to all three channels of one row.
    private static void AddRow(Painting blend, Plane half, int y)
    {
        var (y0, y1, wy) = Neighbours(y, half.Height);
        var top = half.Row(y0);
        var bottom = half.Row(y1);
        var values = blend.Values.Slice(3 * y * blend.Width, 3 * blend.Width);
        for (var x = 0; x < blend.Width; x++)
        {
            var (x0, x1, wx) = Neighbours(x, half.Width);
            var above = top[x0] + wx * (top[x1] - top[x0]);
            var below = bottom[x0] + wx * (bottom[x1] - bottom[x0]);
            var added = above + wy * (below - above);
            values[3 * x] += added;
            values[3 * x + 1] += added;
            values[3 * x + 2] += added;
        }
    }

    // The centre of half-resolution pixel i lies at 2 i + 0.5: an even pixel leans a quarter to the left, an odd one to the right.
    private static (int First, int Second, float Weight) Neighbours(int position, int length)
    {
        var half = position / 2;
        return position % 2 == 0
            ? (Math.Max(half - 1, 0), half, 0.75f)
            : (half, Math.Min(half + 1, length - 1), 0.25f);
    }
}
