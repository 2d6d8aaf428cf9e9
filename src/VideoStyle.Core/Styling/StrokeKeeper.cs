using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

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
    private const float Floor = 1e-7f * Painting.White * Painting.White;

    // In pixels of half resolution: the band ends at σ = 4 px of the painting, the energy is averaged over σ = 6 px.
    private static readonly GaussianBlur Band = new(2);
    private static readonly GaussianBlur Window = new(3);

    /// <summary>Measures the strokes of a painting before it is blended.</summary>
    /// <returns>The local energy of the middle band at half resolution; the caller disposes it.</returns>
    public static Plane Energy(Painting painting)
    {
        using var band = MiddleBand(painting);
        Plane energy = new(band.Width, band.Height);
        Rows.For(band.Height, (first, last) => Window.Run(band.Width, band.Height, first, last,
            (y, row) => Square(band.Row(y), row),
            (y, mean) => mean.CopyTo(energy.Row(y)[Plane.Margin..])));
        return energy;
    }

    /// <summary>Brings the strokes of a blend back up, in place.</summary>
    /// <param name="blend">The blend.</param>
    /// <param name="painted">What <see cref="Energy"/> gave for the painting that went into it.</param>
    public static void Restore(Painting blend, Plane painted)
    {
        using var band = MiddleBand(blend);
        using Plane added = new(band.Width, band.Height);
        Rows.For(band.Height, (first, last) => Window.Run(band.Width, band.Height, first, last,
            (y, row) => Square(band.Row(y), row),
            (y, mean) => Amplify(ref band.Pixel(y), ref MemoryMarshal.GetReference(mean), ref painted.Pixel(y), ref added.Pixel(y), mean.Length)));
        Rows.For(blend.Height, (first, last) => AddRows(blend, added, first, last));
    }

    private static Plane MiddleBand(Painting painting)
    {
        var (width, height) = ((painting.Width + 1) / 2, (painting.Height + 1) / 2);
        Plane band = new(width, height);
        Rows.For(height, (first, last) => Band.Run(width, height, first, last,
            (y, row) => LumaRows.ReadHalf(painting, y, row),
            (y, low) =>
            {
                var row = band.Row(y);
                LumaRows.ReadHalf(painting, y, row);
                Subtract(ref band.Pixel(y), ref MemoryMarshal.GetReference(low), low.Length);
            }));
        return band;
    }

    private static void Subtract(ref float values, ref float low, int count)
    {
        for (nuint x = 0; x < (nuint)count; x += 16)
            (Vector512.LoadUnsafe(ref values, x) - Vector512.LoadUnsafe(ref low, x)).StoreUnsafe(ref values, x);
    }

    private static void Square(Span<float> from, Span<float> to)
    {
        ref var source = ref MemoryMarshal.GetReference(from);
        ref var target = ref MemoryMarshal.GetReference(to);
        for (nuint x = Plane.Margin; x < (nuint)(from.Length - Plane.Margin); x += 16)
        {
            var value = Vector512.LoadUnsafe(ref source, x);
            (value * value).StoreUnsafe(ref target, x);
        }
    }

    private static void Amplify(ref float band, ref float energy, ref float wanted, ref float added, int count)
    {
        for (nuint x = 0; x < (nuint)count; x += 16)
        {
            var gain = Vector512.Sqrt(Share * Vector512.LoadUnsafe(ref wanted, x) / (Vector512.LoadUnsafe(ref energy, x) + Vector512.Create(Floor)));
            var bounded = Vector512.MinNative(Vector512.MaxNative(gain, Vector512<float>.One), Vector512.Create(MostGain));
            ((bounded - Vector512<float>.One) * Vector512.LoadUnsafe(ref band, x)).StoreUnsafe(ref added, x);
        }
    }

    // Adds a half-resolution plane, interpolated bilinearly, to all channels. The centre of half-resolution pixel i lies at
    // 2 i + 0.5: an even row leans a quarter upwards, an odd one downwards, and columns likewise.
    private static void AddRows(Painting blend, Plane half, int first, int last)
    {
        Span<float> row = new float[half.Stride];
        for (var y = first; y < last; y++)
        {
            var (near, far) = (y / 2, Math.Clamp(y % 2 == 0 ? y / 2 - 1 : y / 2 + 1, 0, half.Height - 1));
            ref var target = ref MemoryMarshal.GetReference(row[Plane.Margin..]);
            for (nuint x = 0; x < (nuint)(half.Stride - 2 * Plane.Margin); x += 16)
                (0.75f * Vector512.LoadUnsafe(ref half.Pixel(near), x) + 0.25f * Vector512.LoadUnsafe(ref half.Pixel(far), x)).StoreUnsafe(ref target, x);
            Plane.Continue(row, half.Width);
            AddRow(blend.Row(y), row);
        }
    }

    private static void AddRow(Span<short> values, ReadOnlySpan<float> half)
    {
        ref var pixels = ref MemoryMarshal.GetReference(values);
        // Well inside of what 16 bits hold, so that the difference of two values always fits as well.
        var (least, most) = (Vector128.Create((short)(-Painting.White / 2)), Vector128.Create((short)(Painting.White + Painting.White / 2 - 1)));
        var width = values.Length / Painting.Channels;
        for (var x = 0; x < width; x += 2)
        {
            var (before, at, after) = (half[Plane.Margin + x / 2 - 1], half[Plane.Margin + x / 2], half[Plane.Margin + x / 2 + 1]);
            var left = (short)MathF.Round(0.75f * at + 0.25f * before);
            var right = (short)MathF.Round(0.75f * at + 0.25f * after);
            if (x + 1 < width)
            {
                var both = Vector128.Create(Vector64.Create(left), Vector64.Create(right));
                var sum = Vector128.AddSaturate(Vector128.LoadUnsafe(ref pixels, (nuint)(Painting.Channels * x)), both);
                Vector128.MinNative(Vector128.MaxNative(sum, least), most).StoreUnsafe(ref pixels, (nuint)(Painting.Channels * x));
            }
            else
            {
                var sum = Vector128.AddSaturate(FixedPoint.LoadFour(ref pixels, (nuint)(Painting.Channels * x)), Vector128.Create(left));
                FixedPoint.StoreFour(Vector128.MinNative(Vector128.MaxNative(sum, least), most), ref pixels, (nuint)(Painting.Channels * x));
            }
        }
    }
}
