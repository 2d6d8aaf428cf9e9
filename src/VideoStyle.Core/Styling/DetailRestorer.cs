using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using VideoStyle.Core.Media;

namespace VideoStyle.Core.Styling;

/// <summary>Gives back the detail that warping and averaging took, no more and no less.</summary>
/// <remarks>
/// Ours. The luma of the blend is sharpened by an unsharp mask, <c>y = z + g h</c> with <c>h = z − G_σ ∗ z</c> and
/// σ = 1.5 px, and the same amount is added to R, G and B, so that hue stays. The gain <c>g</c> is not a constant: it is
/// solved for at each frame so that the gradient energy of the shown picture equals that of what the network painted,
/// <c>Σ|∂z|² + 2g Σ∂z·∂h + g² Σ|∂h|² = Σ|∂S|²</c>, and follows that value slowly, so that sharpness does not pulse.
/// The mask is wide on purpose: it restores strokes and leaves the finest grain, which only flickers, to the averaging.
/// </remarks>
internal sealed class DetailRestorer
{
    /// <summary>Every fourth row is measured; neighbouring rows say the same.</summary>
    private const int RowStep = 4;

    /// <summary>The share of the way to the solved gain that is gone at each frame.</summary>
    private const float Follow = 0.1f;

    /// <summary>Beyond this the mask would draw halos; reached only where hardly any detail was left.</summary>
    private const float MaxGain = 2.5f;

    private const int Radius = 4;

    // Gauss, σ = 1.5, from the centre outwards; the sum over both sides is 1.
    private static readonly float[] Kernel = Gaussian(sigma: 1.5);

    private float? _gain;

    /// <summary>Forgets the gain: a new shot begins.</summary>
    internal void Reset() => _gain = null;

    /// <summary>Measures the gradient energy of a painting's luma across.</summary>
    /// <param name="painting">The painting.</param>
    /// <returns>The sum of squared differences of neighbours on every fourth row.</returns>
    internal static double Energy(Painting painting)
    {
        var sums = new double[(painting.Height + RowStep - 1) / RowStep];
        Parallel.For(0, sums.Length, i =>
        {
            var line = painting.Values.Slice(3 * RowStep * i * painting.Width, 3 * painting.Width);
            var (sum, last) = (0f, Luma(line, 0));
            for (var x = 1; x < painting.Width; x++)
            {
                var luma = Luma(line, x);
                sum += (luma - last) * (luma - last);
                last = luma;
            }

            sums[i] = sum;
        });
        return sums.Sum();
    }

    /// <summary>Sharpens a blend to a wanted energy and rounds it.</summary>
    /// <param name="blend">The blend; not changed.</param>
    /// <param name="reference">What <see cref="Energy"/> gave for the painting before it was blended.</param>
    /// <param name="shown">Receives the picture.</param>
    internal void Show(Painting blend, double reference, Frame shown)
    {
        var (width, height) = (blend.Width, blend.Height);
        var luma = ArrayPool<float>.Shared.Rent(width * height);
        var blurred = ArrayPool<float>.Shared.Rent(width * height);
        var detail = ArrayPool<float>.Shared.Rent(width * height);
        ForRows(height, y => BlurAcross(blend, y, luma.AsSpan(y * width, width), blurred.AsSpan(y * width, width)));
        ForRows(height, y => TakeDetail(luma, blurred, width, height, y, detail.AsSpan(y * width, width)));
        var gain = SolveGain(luma, detail, width, height, reference);
        _gain = _gain is { } last ? last + Follow * (gain - last) : gain;
        ForRows(height, y => RoundRow(blend, y, detail.AsSpan(y * width, width), _gain.Value, shown));
        ArrayPool<float>.Shared.Return(luma);
        ArrayPool<float>.Shared.Return(blurred);
        ArrayPool<float>.Shared.Return(detail);
    }

    private static void ForRows(int height, Action<int> body)
    {
        var bands = (height + PaintingWarp.RowsPerBand - 1) / PaintingWarp.RowsPerBand;
        Parallel.For(0, bands, band =>
        {
            for (var y = band * PaintingWarp.RowsPerBand; y < Math.Min(height, (band + 1) * PaintingWarp.RowsPerBand); y++)
                body(y);
        });
    }

    private static void BlurAcross(Painting blend, int y, Span<float> luma, Span<float> blurred)
    {
        var width = luma.Length;
        var line = blend.Values.Slice(3 * y * width, 3 * width);
        for (var x = 0; x < width; x++)
            luma[x] = Luma(line, x);

        var buffer = ArrayPool<float>.Shared.Rent(width + 2 * Radius);
        var padded = buffer.AsSpan(0, width + 2 * Radius);
        luma.CopyTo(padded[Radius..]);
        padded[..Radius].Fill(luma[0]);
        padded[^Radius..].Fill(luma[^1]);
        blurred.Clear();
        AddScaled(padded.Slice(Radius, width), padded.Slice(Radius, width), 0.5f * Kernel[0], blurred);
        for (var k = 1; k <= Radius; k++)
            AddScaled(padded.Slice(Radius - k, width), padded.Slice(Radius + k, width), Kernel[k], blurred);
        ArrayPool<float>.Shared.Return(buffer);
    }

    // Luma less the vertical blur of the horizontal blur.
    private static void TakeDetail(float[] luma, float[] blurred, int width, int height, int y, Span<float> detail)
    {
        luma.AsSpan(y * width, width).CopyTo(detail);
        AddScaled(Row(y), Row(y), -0.5f * Kernel[0], detail);
        for (var k = 1; k <= Radius; k++)
            AddScaled(Row(Math.Max(y - k, 0)), Row(Math.Min(y + k, height - 1)), -Kernel[k], detail);

        ReadOnlySpan<float> Row(int row) => blurred.AsSpan(row * width, width);
    }

    // sum += weight · (a + b)
    private static void AddScaled(ReadOnlySpan<float> a, ReadOnlySpan<float> b, float weight, Span<float> sum)
    {
        var va = MemoryMarshal.Cast<float, Vector<float>>(a);
        var vb = MemoryMarshal.Cast<float, Vector<float>>(b);
        var vs = MemoryMarshal.Cast<float, Vector<float>>(sum);
        for (var i = 0; i < vs.Length; i++)
            vs[i] += weight * (va[i] + vb[i]);
        for (var i = vs.Length * Vector<float>.Count; i < sum.Length; i++)
            sum[i] += weight * (a[i] + b[i]);
    }

    // The positive root of the energy equation, or the gain of least error where no gain reaches the reference.
    private static float SolveGain(float[] luma, float[] detail, int width, int height, double reference)
    {
        var sums = new (double Zz, double Zh, double Hh)[(height + RowStep - 1) / RowStep];
        Parallel.For(0, sums.Length, i =>
        {
            var z = luma.AsSpan(RowStep * i * width, width);
            var h = detail.AsSpan(RowStep * i * width, width);
            float zz = 0, zh = 0, hh = 0;
            for (var x = 1; x < width; x++)
            {
                var (dz, dh) = (z[x] - z[x - 1], h[x] - h[x - 1]);
                (zz, zh, hh) = (zz + dz * dz, zh + dz * dh, hh + dh * dh);
            }

            sums[i] = (zz, zh, hh);
        });
        var (a, b, c) = (sums.Sum(s => s.Zz), sums.Sum(s => s.Zh), sums.Sum(s => s.Hh));
        if (c <= 1e-12)
            return 0; // no detail at all: a flat picture stays as it is
        var root = Math.Sqrt(Math.Max(0, b * b - c * (a - reference)));
        return (float)Math.Clamp((root - b) / c, 0, MaxGain);
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

    private static float Luma(ReadOnlySpan<float> line, int x) =>
        0.299f * line[3 * x] + 0.587f * line[3 * x + 1] + 0.114f * line[3 * x + 2];

    private static float[] Gaussian(double sigma)
    {
        var half = Enumerable.Range(0, Radius + 1).Select(k => Math.Exp(-k * k / (2 * sigma * sigma))).ToArray();
        var total = 2 * half.Sum() - half[0];
        return Array.ConvertAll(half, v => (float)(v / total));
    }
}
