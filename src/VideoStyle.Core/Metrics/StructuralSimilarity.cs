using System.Numerics;
using VideoStyle.Core.Media;

namespace VideoStyle.Core.Metrics;

/// <summary>The structural similarity index of two grey pictures.</summary>
/// <remarks>
/// Wang et al., "Image Quality Assessment: From Error Visibility to Structural Similarity", 2004: Gaussian window of
/// 11×11 with σ 1.5, K₁ 0.01, K₂ 0.03, L 255, mean over the positions where the window fits. The pictures are not
/// reduced first, as some later programs do.
/// </remarks>
internal static class StructuralSimilarity
{
    /// <summary>The side of the window; smaller pictures have no value.</summary>
    public const int Window = 11;

    private const float C1 = 0.01f * 255 * (0.01f * 255);
    private const float C2 = 0.03f * 255 * (0.03f * 255);
    private static readonly float[] Taps = MakeTaps();

    /// <summary>Computes the index.</summary>
    /// <returns>At most 1, which equal pictures have; NaN where the window does not fit.</returns>
    public static double Mean(LumaImage a, LumaImage b)
    {
        var (columns, lines) = (a.Width - Window + 1, a.Height - Window + 1);
        if (columns < 1 || lines < 1)
            return double.NaN;
        var rows = new double[lines];
        Parallel.For(
            0,
            lines,
            () => new Moments(a.Width),
            (y, _, moments) =>
            {
                rows[y] = moments.SumOfRow(a, b, y, columns);
                return moments;
            },
            _ => { }
        );
        return rows.Sum() / ((double)columns * lines);
    }

    private static float[] MakeTaps()
    {
        var taps = Enumerable.Range(-(Window / 2), Window).Select(i => Math.Exp(i * i / (-2 * 1.5 * 1.5))).ToArray();
        return [.. taps.Select(tap => (float)(tap / taps.Sum()))];
    }

    /// <summary>The five windowed moments along one row: first over the lines of the window, then along it.</summary>
    private sealed class Moments(int width)
    {
        private readonly float[] _a = new float[width];
        private readonly float[] _b = new float[width];
        private readonly float[][] _vertical = [.. Enumerable.Range(0, 5).Select(_ => new float[width])];
        private readonly float[][] _windowed = [.. Enumerable.Range(0, 5).Select(_ => new float[width])];

        public double SumOfRow(LumaImage a, LumaImage b, int y, int columns)
        {
            foreach (var moment in _vertical)
                Array.Clear(moment);
            for (var line = 0; line < Window; line++)
                AddLine(a.Pixels.AsSpan((y + line) * width, width), b.Pixels.AsSpan((y + line) * width, width), Taps[line]);
            for (var moment = 0; moment < _vertical.Length; moment++)
                Smooth(_vertical[moment], _windowed[moment].AsSpan(0, columns));

            double sum = 0;
            for (var x = 0; x < columns; x++)
                sum += Index(_windowed[0][x], _windowed[1][x], _windowed[2][x], _windowed[3][x], _windowed[4][x]);
            return sum;
        }

        private static float Index(float meanA, float meanB, float squareA, float squareB, float product)
        {
            var (both, squares) = (meanA * meanB, meanA * meanA + meanB * meanB);
            var contrast = (2 * (product - both) + C2) / (squareA + squareB - squares + C2);
            return (2 * both + C1) / (squares + C1) * contrast;
        }

        private void AddLine(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, float tap)
        {
            for (var x = 0; x < a.Length; x++)
                (_a[x], _b[x]) = (a[x], b[x]);

            var weight = new Vector<float>(tap);
            var x0 = 0;
            for (; x0 <= _a.Length - Vector<float>.Count; x0 += Vector<float>.Count)
            {
                var (va, vb) = (new Vector<float>(_a, x0), new Vector<float>(_b, x0));
                var (wa, wb) = (weight * va, weight * vb);
                Add(0, x0, wa);
                Add(1, x0, wb);
                Add(2, x0, wa * va);
                Add(3, x0, wb * vb);
                Add(4, x0, wa * vb);
            }

            for (; x0 < _a.Length; x0++)
            {
                _vertical[0][x0] += tap * _a[x0];
                _vertical[1][x0] += tap * _b[x0];
                _vertical[2][x0] += tap * _a[x0] * _a[x0];
                _vertical[3][x0] += tap * _b[x0] * _b[x0];
                _vertical[4][x0] += tap * _a[x0] * _b[x0];
            }
        }

        private void Add(int moment, int x, Vector<float> values) =>
            (new Vector<float>(_vertical[moment], x) + values).CopyTo(_vertical[moment], x);

        private static void Smooth(float[] values, Span<float> result)
        {
            var x = 0;
            for (; x <= result.Length - Vector<float>.Count; x += Vector<float>.Count)
            {
                var sum = Vector<float>.Zero;
                for (var tap = 0; tap < Window; tap++)
                    sum += new Vector<float>(Taps[tap]) * new Vector<float>(values, x + tap);
                sum.CopyTo(result[x..]);
            }

            for (; x < result.Length; x++)
            {
                result[x] = 0;
                for (var tap = 0; tap < Window; tap++)
                    result[x] += Taps[tap] * values[x + tap];
            }
        }
    }
}
