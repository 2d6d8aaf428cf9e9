using VideoStyle.Core.Media;

namespace VideoStyle.Core.Styling;

/// <summary>Shows a blend as sharp as what the network painted, no more and no less.</summary>
/// <remarks>
/// Ours. The luma is sharpened by an unsharp mask, <c>y = z + g h</c> with <c>h = z − G_σ ∗ z</c> and σ = 1.5 px, and the
/// same amount is added to R, G and B, so that hue stays. The gain <c>g</c> is not a constant: it is solved for at each
/// frame so that the gradient energy of the shown picture (Sobel's) equals that of the painting,
/// <c>Σ|∂z|² + 2g Σ∂z·∂h + g² Σ|∂h|² = Σ|∂S|²</c>, and follows that value over a few frames, so that sharpness does not
/// pulse. It acts behind the loop of <see cref="TemporalBlend"/>, so that nothing can build up.
/// </remarks>
internal sealed class DetailRestorer
{
    /// <summary>Every fourth row is measured; neighbouring rows say the same.</summary>
    private const int RowStep = 4;

    /// <summary>The share of the way to the solved gain that is gone at each frame.</summary>
    private const float Follow = 0.3f;

    /// <summary>Beyond this the mask would draw halos; reached only where hardly any detail was left.</summary>
    private const float MostGain = 1.5f;

    private static readonly float[] Mask = Plane.Gaussian(1.5);

    /// <summary>Gets or sets the gain of the last frame, null where a new shot begins.</summary>
    public float? Gain { get; set; }

    /// <summary>Forgets the gain: a new shot begins.</summary>
    public void Reset() => Gain = null;

    /// <summary>Measures the gradient energy of a painting's luma.</summary>
    /// <returns>The sum of the squared lengths of Sobel's gradient over every fourth row.</returns>
    public static double Energy(Painting painting)
    {
        using var luma = Plane.LumaOf(painting);
        return SumOverRows(luma.Height, y =>
        {
            Neighbourhood z = new(luma, y);
            var sum = 0f;
            for (var x = 1; x < luma.Width - 1; x++)
            {
                var (dx, dy) = z.Sobel(x);
                sum += dx * dx + dy * dy;
            }

            return (sum, 0, 0);
        }).A;
    }

    /// <summary>Sharpens a blend to a wanted energy and rounds it.</summary>
    /// <param name="blend">The blend; not changed.</param>
    /// <param name="painted">What <see cref="Energy"/> gave for the painting that went into it.</param>
    /// <param name="shown">Receives the picture.</param>
    public void Show(Painting blend, double painted, Frame shown)
    {
        using var luma = Plane.LumaOf(blend);
        using var detail = luma.Blur(Mask);
        Rows.For(detail.Height, y =>
        {
            var low = detail.Row(y);
            var all = luma.Row(y);
            for (var x = 0; x < low.Length; x++)
                low[x] = all[x] - low[x];
        });
        var gain = SolveGain(luma, detail, painted);
        var followed = Gain is { } last ? last + Follow * (gain - last) : gain;
        Gain = followed;
        Rows.For(detail.Height, y => RoundRow(blend, y, detail.Row(y), followed, shown));
    }

    // The positive root of the energy equation, or the gain of least error where no gain reaches the painting.
    private static float SolveGain(Plane luma, Plane detail, double painted)
    {
        var (a, b, c) = SumOverRows(luma.Height, y =>
        {
            Neighbourhood z = new(luma, y);
            Neighbourhood h = new(detail, y);
            float zz = 0, zh = 0, hh = 0;
            for (var x = 1; x < luma.Width - 1; x++)
            {
                var (zx, zy) = z.Sobel(x);
                var (hx, hy) = h.Sobel(x);
                (zz, zh, hh) = (zz + zx * zx + zy * zy, zh + zx * hx + zy * hy, hh + hx * hx + hy * hy);
            }

            return (zz, zh, hh);
        });
        if (c <= 1e-9)
            return 0; // no detail at all: a flat picture stays as it is
        var root = Math.Sqrt(Math.Max(0, b * b - c * (a - painted)));
        return (float)Math.Clamp((root - b) / c, 0, MostGain);
    }

    // Adds row by row and then in order, so that the result does not depend on how threads shared the rows out.
    private static (double A, double B, double C) SumOverRows(int height, Func<int, (double A, double B, double C)> row)
    {
        var sums = new (double A, double B, double C)[(height + RowStep - 1) / RowStep];
        Parallel.For(0, sums.Length, i => sums[i] = row(RowStep * i));
        return sums.Aggregate((s, r) => (s.A + r.A, s.B + r.B, s.C + r.C));
    }

    /// <summary>A row with those above and below it, of which the border is continued.</summary>
    private readonly ref struct Neighbourhood(Plane plane, int y)
    {
        private readonly ReadOnlySpan<float> _above = plane.Row(Math.Max(y - 1, 0));
        private readonly ReadOnlySpan<float> _at = plane.Row(y);
        private readonly ReadOnlySpan<float> _below = plane.Row(Math.Min(y + 1, plane.Height - 1));

        public (float Dx, float Dy) Sobel(int x)
        {
            var above = _above.Slice(x - 1, 3);
            var at = _at.Slice(x - 1, 3);
            var below = _below.Slice(x - 1, 3);
            return (
                above[2] - above[0] + 2 * (at[2] - at[0]) + below[2] - below[0],
                below[0] - above[0] + 2 * (below[1] - above[1]) + below[2] - above[2]
            );
        }
    }

    private static void RoundRow(Painting blend, int y, ReadOnlySpan<float> detail, float gain, Frame shown)
    {
        var values = blend.Values.Slice(3 * y * blend.Width, 3 * blend.Width);
        var pixels = shown.Pixels.Slice(3 * y * blend.Width, 3 * blend.Width);
        for (var x = 0; x < detail.Length; x++)
        {
            var added = gain * detail[x];
            pixels[3 * x] = Painting.ToByte(values[3 * x] + added);
            pixels[3 * x + 1] = Painting.ToByte(values[3 * x + 1] + added);
            pixels[3 * x + 2] = Painting.ToByte(values[3 * x + 2] + added);
        }
    }
}
