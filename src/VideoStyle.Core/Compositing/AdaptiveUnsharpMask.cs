using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using VideoStyle.Core.Media;
using VideoStyle.Core.Stylizers;

namespace VideoStyle.Core.Compositing;

/// <summary>Shows a blend as sharp as what the network painted, no more and no less.</summary>
/// <remarks>
/// Ours. The luma is sharpened by an unsharp mask, <c>y = z + g h</c> with <c>h = κM (z − G_σ ∗ z)</c> and σ = 1.5 px: where the
/// paint is new (<c>κM = 0</c>) there is nothing to give back. The same amount is added to R, G and B, so that hue stays. The gain <c>g</c> is not a constant: it is solved for at each
/// frame so that the gradient energy of the shown picture (Sobel's) equals that of the painting,
/// <c>Σ|∂z|² + 2g Σ∂z·∂h + g² Σ|∂h|² = Σ|∂S|²</c>, and follows that value over a few frames, so that sharpness does not
/// pulse. It acts behind the loop of <see cref="TemporalBlend"/>, so that nothing can build up.
/// </remarks>
internal sealed class AdaptiveUnsharpMask
{
    /// <summary>The share of the way to the solved gain that is gone at each frame.</summary>
    private const float Follow = 0.6f;

    /// <summary>Beyond this the mask would draw halos; reached only where hardly any detail was left.</summary>
    private const float MostGain = 1.5f;

    /// <summary>A unit of the paintings, squared: energies below that are rounding errors.</summary>
    private const double Floor = 1;

    private static readonly GaussianBlur Mask = new(1.5);

    private readonly GradientEnergy _energy = new();

    /// <summary>Gets or sets the gain of the last frame, null where a new shot begins.</summary>
    public float? Gain { get; set; }

    /// <summary>Forgets the gain: a new shot begins.</summary>
    public void Reset() => Gain = null;

    /// <summary>Measures the gradient energy of a painting's luma.</summary>
    /// <returns>The sum of the squared lengths of Sobel's gradient over the measured rows.</returns>
    public double Energy(StylizedFrame painting)
    {
        _energy.Begin(painting.Height);
        Rows.For(painting.Height, (first, last) =>
        {
            var stride = Plane.StrideFor(painting.Width);
            var rows = ArrayPool<float>.Shared.Rent(3 * stride);
            for (var y = first; y < last; y++)
                if (GradientEnergy.Measures(y, painting.Height))
                    _energy.Add(y, painting.Width, Around(painting, y, rows, stride));
            ArrayPool<float>.Shared.Return(rows);
        });
        return _energy.Sum().AA;
    }

    /// <summary>Sharpens a blend to a wanted energy and rounds it.</summary>
    /// <param name="blend">The blend; not changed.</param>
    /// <param name="kept">How much of each pixel was moved on from the frame before, 0–1; the detail takes its place.</param>
    /// <param name="painted">What <see cref="Energy"/> gave for the painting that went into it.</param>
    /// <param name="shown">Receives the picture.</param>
    public void Show(StylizedFrame blend, Plane kept, double painted, Frame shown)
    {
        _energy.Begin(blend.Height);
        Rows.For(blend.Height, (first, last) => Separate(blend, kept, first, last));
        var (a, b, c) = _energy.Sum();
        var gain = SolveGain(a, b, c, painted);
        var followed = Gain is { } before ? before + Follow * (gain - before) : gain;
        Gain = followed;
        Rows.For(blend.Height, (first, last) =>
        {
            var added = ArrayPool<short>.Shared.Rent(Plane.RoundUp(blend.Width));
            for (var y = first; y < last; y++)
            {
                Scale(ref kept.Pixel(y), followed, ref MemoryMarshal.GetArrayDataReference(added), blend.Width);
                blend.RoundRow(y, added, shown);
            }

            ArrayPool<short>.Shared.Return(added);
        });
    }

    // The positive root of the energy equation, or the gain of least error where no gain reaches the painting.
    private static float SolveGain(double a, double b, double c, double painted)
    {
        if (c <= Floor)
            return 0; // no detail at all: a flat picture stays as it is
        var root = Math.Sqrt(Math.Max(0, b * b - c * (a - painted)));
        return (float)Math.Clamp((root - b) / c, 0, MostGain);
    }

    // Fills the detail of a band and measures it, while it is in the cache.
    private void Separate(StylizedFrame blend, Plane kept, int first, int last)
    {
        var stride = kept.Stride;
        var rows = ArrayPool<float>.Shared.Rent(3 * stride);
        Mask.Run(blend.Width, blend.Height, first, last,
            (y, row) => LumaRows.Read(blend, y, row),
            (y, low) =>
            {
                LumaRows.Read(blend, y, rows);
                Plane.WeightDifference(ref rows[Plane.Margin], ref MemoryMarshal.GetReference(low), ref kept.Pixel(y), low.Length);
            });
        for (var y = first; y < last; y++)
            if (GradientEnergy.Measures(y, blend.Height))
                _energy.Add(y, blend.Width, Around(blend, y, rows, stride), new(kept.Row(y - 1), kept.Row(y), kept.Row(y + 1)));
        ArrayPool<float>.Shared.Return(rows);
    }

    private static GradientEnergy.Neighbourhood Around(StylizedFrame painting, int y, float[] rows, int stride)
    {
        for (var k = 0; k < 3; k++)
            LumaRows.Read(painting, y - 1 + k, rows.AsSpan(k * stride, stride));
        return new(rows.AsSpan(0, stride), rows.AsSpan(stride, stride), rows.AsSpan(2 * stride, stride));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scale(ref float detail, float gain, ref short added, int width)
    {
        for (nuint x = 0; x < (nuint)width; x += 16)
        {
            var scaled = Vector512.ConvertToInt32Native(Vector512.Round(gain * Vector512.LoadUnsafe(ref detail, x)));
            Vector512.Narrow(scaled, scaled).GetLower().StoreUnsafe(ref added, x);
        }
    }
}
