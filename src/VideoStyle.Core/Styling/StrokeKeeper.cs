using System.Buffers;
using System.Runtime.CompilerServices;
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
                Plane.Subtract(ref band.Pixel(y), ref MemoryMarshal.GetReference(low), low.Length);
            }));
        return band;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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
        var row = ArrayPool<float>.Shared.Rent(half.Stride);
        var added = ArrayPool<short>.Shared.Rent(2 * half.Stride);
        for (var y = first; y < last; y++)
        {
            var (near, far) = (y / 2, Math.Clamp(y % 2 == 0 ? y / 2 - 1 : y / 2 + 1, 0, half.Height - 1));
            MixRows(ref half.Pixel(near), ref half.Pixel(far), ref row[Plane.Margin], half.Stride - 2 * Plane.Margin);
            Plane.Continue(row.AsSpan(0, half.Stride), half.Width);
            Enlarge(ref row[Plane.Margin], ref MemoryMarshal.GetArrayDataReference(added), half.Width);
            blend.AddRow(y, added);
        }

        ArrayPool<short>.Shared.Return(added);
        ArrayPool<float>.Shared.Return(row);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MixRows(ref float near, ref float far, ref float mixed, int count)
    {
        for (nuint x = 0; x < (nuint)count; x += 16)
            (0.75f * Vector512.LoadUnsafe(ref near, x) + 0.25f * Vector512.LoadUnsafe(ref far, x)).StoreUnsafe(ref mixed, x);
    }

    // Two columns for each: they are the lower and the upper half of one int.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Enlarge(ref float half, ref short columns, int count)
    {
        ref var pairs = ref Unsafe.As<short, int>(ref columns);
        for (var x = 0; x < count; x += 16)
        {
            ref var centre = ref Unsafe.Add(ref half, x);
            var at = 0.75f * Vector512.LoadUnsafe(ref centre);
            var left = Vector512.Round(at + 0.25f * Vector512.LoadUnsafe(ref Unsafe.Subtract(ref centre, 1)));
            var right = Vector512.Round(at + 0.25f * Vector512.LoadUnsafe(ref centre, 1));
            var pair = (Vector512.ConvertToInt32Native(left) & Vector512.Create(0xffff)) | (Vector512.ConvertToInt32Native(right) << 16);
            pair.StoreUnsafe(ref pairs, (nuint)x);
        }
    }
}
