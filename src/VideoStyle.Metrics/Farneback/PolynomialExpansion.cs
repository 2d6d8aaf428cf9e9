using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using VideoStyle.Metrics.Flow;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Metrics.Farneback;

/// <summary>Fits a quadratic polynomial to the neighborhood of every pixel: five coefficients, those of y, x, y², x² and xy.</summary>
/// <remarks>Farnebäck 2003, section 2, with a separable Gaussian and replicated padding.</remarks>
internal sealed class PolynomialExpansion
{
    /// <summary>Coefficients of a pixel; the constant is not needed.</summary>
    public const int Count = 5;

    private readonly int _radius;
    private readonly float[] _g;
    private readonly float[] _xg;
    private readonly float[] _xxg;
    private readonly float _inverse11;
    private readonly float _inverse03;
    private readonly float _inverse33;
    private readonly float _inverse55;

    // The three vertical sums of one row, and the five coefficients of its pixels.
    private readonly float[][] _sums;
    private readonly float[][] _coefficients;

    public PolynomialExpansion(int radius, double sigma, int width)
    {
        _sums = [.. Enumerable.Range(0, 3).Select(_ => new float[FlowRow.RoundUp(width) + 2 * FlowRow.Margin])];
        _coefficients = [.. Enumerable.Range(0, Count).Select(_ => new float[FlowRow.RoundUp(width)])];
        _radius = radius;
        var g = Enumerable.Range(0, radius + 1).Select(x => (double)(float)Math.Exp(-x * x / (2 * sigma * sigma))).ToArray();
        var total = 2 * g.Sum() - g[0];
        _g = Array.ConvertAll(g, value => (float)(value / total));
        _xg = [.. _g.Select((value, x) => x * value)];
        _xxg = [.. _g.Select((value, x) => x * x * value)];

        // Moments of the weights; all mixed ones are 0 but that of 1 with x² and y², and of x² with y².
        double m0 = 0, m2 = 0, m4 = 0, m22 = 0;
        for (var y = -radius; y <= radius; y++)
            for (var x = -radius; x <= radius; x++)
            {
                var weight = (double)_g[Math.Abs(y)] * _g[Math.Abs(x)];
                (m0, m2, m4, m22) = (m0 + weight, m2 + weight * x * x, m4 + weight * x * x * x * x, m22 + weight * x * x * y * y);
            }

        // The inverse of [[m0, m2, m2], [m2, m4, m22], [m2, m22, m4]], for 1, x² and y².
        var determinant = m0 * (m4 * m4 - m22 * m22) - 2 * m2 * m2 * (m4 - m22);
        (_inverse11, _inverse55) = ((float)(1 / m2), (float)(1 / m22));
        _inverse03 = (float)(-m2 * (m4 - m22) / determinant);
        _inverse33 = (float)((m0 * m4 - m2 * m2) / determinant);
    }

    /// <summary>Writes each row as five rows, one for each coefficient, of whole vectors of 16.</summary>
    public void ExpandIntoRows(float[] image, int width, int height, float[] result)
    {
        var stride = FlowRow.RoundUp(width);
        for (var y = 0; y < height; y++)
        {
            Expand(image, width, height, y);
            for (var i = 0; i < Count; i++)
                _coefficients[i].CopyTo(result, (Count * y + i) * stride);
        }
    }

    /// <summary>Writes the coefficients of each pixel side by side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void ExpandIntoPixels(float[] image, int width, int height, float[] result)
    {
        for (var y = 0; y < height; y++)
        {
            Expand(image, width, height, y);
            var (a, b, c, d, e) = (_coefficients[0], _coefficients[1], _coefficients[2], _coefficients[3], _coefficients[4]);
            var row = result.AsSpan(Count * y * width, Count * width);
            for (int x = 0, at = 0; at <= row.Length - Count; x++, at += Count)
                (row[at], row[at + 1], row[at + 2], row[at + 3], row[at + 4]) = (a[x], b[x], c[x], d[x], e[x]);
        }
    }

    private void Expand(float[] image, int width, int height, int y)
    {
        SumDown(image, width, height, y);
        foreach (var sum in _sums)
        {
            sum.AsSpan(FlowRow.Margin - _radius, _radius).Fill(sum[FlowRow.Margin]);
            sum.AsSpan(FlowRow.Margin + width, _radius).Fill(sum[FlowRow.Margin + width - 1]);
        }

        SumAlong();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SumDown(float[] image, int width, int height, int y)
    {
        // The last vector may overlap the one before it: a level is at least 32 pixels wide.
        for (var start = 0; start < width; start += Vector512<float>.Count)
        {
            var x = Math.Min(start, width - Vector512<float>.Count);
            var sum = _g[0] * Vector512.LoadUnsafe(ref image[y * width + x]);
            var (slope, bend) = (Vector512<float>.Zero, Vector512<float>.Zero);
            for (var k = 1; k <= _radius; k++)
            {
                var above = Vector512.LoadUnsafe(ref image[Math.Max(y - k, 0) * width + x]);
                var below = Vector512.LoadUnsafe(ref image[Math.Min(y + k, height - 1) * width + x]);
                sum += _g[k] * (above + below);
                slope += _xg[k] * (below - above);
                bend += _xxg[k] * (above + below);
            }

            sum.StoreUnsafe(ref _sums[0][FlowRow.Margin + x]);
            slope.StoreUnsafe(ref _sums[1][FlowRow.Margin + x]);
            bend.StoreUnsafe(ref _sums[2][FlowRow.Margin + x]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SumAlong()
    {
        for (var x = 0; x < _coefficients[0].Length; x += Vector512<float>.Count)
        {
            ref var sum = ref _sums[0][FlowRow.Margin + x];
            ref var slope = ref _sums[1][FlowRow.Margin + x];
            ref var bend = ref _sums[2][FlowRow.Margin + x];
            var b1 = _g[0] * Vector512.LoadUnsafe(ref sum);
            var b3 = _g[0] * Vector512.LoadUnsafe(ref slope);
            var b5 = _g[0] * Vector512.LoadUnsafe(ref bend);
            var (b2, b4, b6) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
            for (var k = 1; k <= _radius; k++)
            {
                var (left, right) = (Vector512.LoadUnsafe(ref Unsafe.Subtract(ref sum, k)), Vector512.LoadUnsafe(ref sum, (nuint)k));
                b1 += _g[k] * (right + left);
                b2 += _xg[k] * (right - left);
                b4 += _xxg[k] * (right + left);
                (left, right) = (Vector512.LoadUnsafe(ref Unsafe.Subtract(ref slope, k)), Vector512.LoadUnsafe(ref slope, (nuint)k));
                b3 += _g[k] * (right + left);
                b6 += _xg[k] * (right - left);
                b5 += _g[k] * (Vector512.LoadUnsafe(ref Unsafe.Subtract(ref bend, k)) + Vector512.LoadUnsafe(ref bend, (nuint)k));
            }

            (_inverse11 * b3).StoreUnsafe(ref _coefficients[0][x]);
            (_inverse11 * b2).StoreUnsafe(ref _coefficients[1][x]);
            (_inverse03 * b1 + _inverse33 * b5).StoreUnsafe(ref _coefficients[2][x]);
            (_inverse03 * b1 + _inverse33 * b4).StoreUnsafe(ref _coefficients[3][x]);
            (_inverse55 * b6).StoreUnsafe(ref _coefficients[4][x]);
        }
    }
}
