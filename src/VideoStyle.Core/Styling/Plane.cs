using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;

namespace VideoStyle.Core.Styling;

/// <summary>One channel of a picture in floating point: row-major, shape <c>[Height, Width]</c>, from a pool.</summary>
internal sealed class Plane : IDisposable
{
    private float[]? _values;

    public Plane(int width, int height)
    {
        (Width, Height) = (width, height);
        _values = ArrayPool<float>.Shared.Rent(width * height);
    }

    public int Width { get; }

    public int Height { get; }

    public float[] Buffer => _values ?? throw new ObjectDisposedException(nameof(Plane));

    public Span<float> Row(int y) => Buffer.AsSpan(y * Width, Width);

    /// <summary>Takes the luma (BT.601) of a painting.</summary>
    public static Plane LumaOf(Painting painting)
    {
        Plane luma = new(painting.Width, painting.Height);
        Rows.For(luma.Height, y => FillLuma(painting, y, luma.Row(y)));
        return luma;
    }

    /// <summary>Takes the mean luma of each block of 2 × 2 pixels, of which those at the right and lower edge may be cut.</summary>
    public static Plane HalfLumaOf(Painting painting)
    {
        Plane half = new((painting.Width + 1) / 2, (painting.Height + 1) / 2);
        Rows.For(half.Height, y =>
        {
            var top = painting.Values.Slice(6 * y * painting.Width, 3 * painting.Width);
            var bottom = painting.Values.Slice(3 * Math.Min(2 * y + 1, painting.Height - 1) * painting.Width, 3 * painting.Width);
            var line = half.Row(y);
            for (var x = 0; x < line.Length; x++)
            {
                var (left, right) = (6 * x, 3 * Math.Min(2 * x + 1, painting.Width - 1));
                line[x] = 0.25f * (Luma(top, left) + Luma(top, right) + Luma(bottom, left) + Luma(bottom, right));
            }
        });
        return half;
    }

    /// <summary>Convolves with a symmetric kernel in both directions; the border is continued by its pixels.</summary>
    /// <param name="kernel">Weights from the centre outwards; the sum over both sides is 1.</param>
    public Plane Blur(float[] kernel)
    {
        var radius = kernel.Length - 1;
        using Plane across = new(Width, Height);
        Plane blurred = new(Width, Height);
        Rows.For(Height, y =>
        {
            var padded = ArrayPool<float>.Shared.Rent(Width + 2 * radius);
            var line = padded.AsSpan(0, Width + 2 * radius);
            Row(y).CopyTo(line[radius..]);
            line[..radius].Fill(line[radius]);
            line[^radius..].Fill(line[^(radius + 1)]);
            Sum(line.Slice(radius, Width), line.Slice(radius, Width), 0.5f * kernel[0], across.Row(y), clear: true);
            for (var k = 1; k <= radius; k++)
                Sum(line.Slice(radius - k, Width), line.Slice(radius + k, Width), kernel[k], across.Row(y), clear: false);
            ArrayPool<float>.Shared.Return(padded);
        });
        Rows.For(Height, y =>
        {
            Sum(across.Row(y), across.Row(y), 0.5f * kernel[0], blurred.Row(y), clear: true);
            for (var k = 1; k <= radius; k++)
                Sum(across.Row(Math.Max(y - k, 0)), across.Row(Math.Min(y + k, Height - 1)), kernel[k], blurred.Row(y), clear: false);
        });
        return blurred;
    }

    /// <summary>The weights of a Gaussian from its centre outwards, out to three σ.</summary>
    public static float[] Gaussian(double sigma)
    {
        var half = Enumerable.Range(0, (int)Math.Ceiling(3 * sigma) + 1).Select(k => Math.Exp(-k * k / (2 * sigma * sigma))).ToArray();
        var total = 2 * half.Sum() - half[0];
        return Array.ConvertAll(half, v => (float)(v / total));
    }

    public void Dispose()
    {
        var values = Interlocked.Exchange(ref _values, null);
        if (values is not null)
            ArrayPool<float>.Shared.Return(values);
    }

    private static void FillLuma(Painting painting, int y, Span<float> line)
    {
        var values = painting.Values.Slice(3 * y * painting.Width, 3 * painting.Width);
        for (var x = 0; x < line.Length; x++)
            line[x] = Luma(values, 3 * x);
    }

    private static float Luma(ReadOnlySpan<float> values, int i) =>
        0.299f * values[i] + 0.587f * values[i + 1] + 0.114f * values[i + 2];

    // sum (+)= weight · (a + b)
    private static void Sum(ReadOnlySpan<float> a, ReadOnlySpan<float> b, float weight, Span<float> sum, bool clear)
    {
        if (clear)
            sum.Clear();
        var va = MemoryMarshal.Cast<float, Vector<float>>(a);
        var vb = MemoryMarshal.Cast<float, Vector<float>>(b);
        var vs = MemoryMarshal.Cast<float, Vector<float>>(sum);
        for (var i = 0; i < vs.Length; i++)
            vs[i] += weight * (va[i] + vb[i]);
        for (var i = vs.Length * Vector<float>.Count; i < sum.Length; i++)
            sum[i] += weight * (a[i] + b[i]);
    }
}
