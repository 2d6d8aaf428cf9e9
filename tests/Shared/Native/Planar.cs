namespace VideoStyle.Tests;

/// <summary>The plain arithmetic that kernels are compared with: one element at a time, in double, as <c>[n, k, y, x]</c>.</summary>
internal static class Planar
{
    internal static IEnumerable<(int N, int K, int Y, int X)> Indices(double[,,,] a)
    {
        for (var n = 0; n < a.GetLength(0); n++)
        {
            for (var k = 0; k < a.GetLength(1); k++)
            {
                for (var y = 0; y < a.GetLength(2); y++)
                {
                    for (var x = 0; x < a.GetLength(3); x++)
                        yield return (n, k, y, x);
                }
            }
        }
    }

    internal static double[,,,] Map(double[,,,] a, Func<int, int, int, int, double> value) =>
        Make(a.GetLength(0), a.GetLength(1), a.GetLength(2), a.GetLength(3), value);

    internal static double[,,,] Make(int count, int channels, int height, int width, Func<int, int, int, int, double> value)
    {
        var result = new double[count, channels, height, width];
        foreach (var (n, k, y, x) in Indices(result))
            result[n, k, y, x] = value(n, k, y, x);
        return result;
    }

    /// <summary>Mean and 1/σ of each picture and channel, <c>[n, 2, k]</c>.</summary>
    internal static double[,,] Statistics(double[,,,] x, double eps)
    {
        var (count, channels, height, width) = (x.GetLength(0), x.GetLength(1), x.GetLength(2), x.GetLength(3));
        var statistics = new double[count, 2, channels];
        foreach (var (n, k, i, j) in Indices(x))
            statistics[n, 0, k] += x[n, k, i, j] / (height * width);
        foreach (var (n, k, i, j) in Indices(x))
            statistics[n, 1, k] += Math.Pow(x[n, k, i, j] - statistics[n, 0, k], 2) / (height * width);
        for (var n = 0; n < count; n++)
        {
            for (var k = 0; k < channels; k++)
                statistics[n, 1, k] = 1 / Math.Sqrt(statistics[n, 1, k] + eps);
        }
        return statistics;
    }

    internal static double[,,,] Norm(double[,,,] x, double[,,] statistics, IReadOnlyList<double> weight, IReadOnlyList<double> bias) =>
        Map(x, (n, k, i, j) => (x[n, k, i, j] - statistics[n, 0, k]) * statistics[n, 1, k] * weight[k] + bias[k]);

    internal static double[,,,] Relu(double[,,,] x) => Map(x, (n, k, i, j) => x[n, k, i, j] < 0 ? 0 : x[n, k, i, j]);

    internal static double[,,,] Add(double[,,,] x, double[,,,] y) => Map(x, (n, k, i, j) => x[n, k, i, j] + y[n, k, i, j]);

    internal static double[,,,] Upsample(double[,,,] x, int scale) =>
        Make(
            x.GetLength(0),
            x.GetLength(1),
            x.GetLength(2) * scale,
            x.GetLength(3) * scale,
            (n, k, i, j) => x[n, k, i / scale, j / scale]
        );

    internal static double[,,,] Pad(double[,,,] x, int pad, bool edge)
    {
        var (height, width) = (x.GetLength(2), x.GetLength(3));
        return Make(
            x.GetLength(0),
            x.GetLength(1),
            height + 2 * pad,
            width + 2 * pad,
            (n, k, i, j) => x[n, k, Source(i - pad, height), Source(j - pad, width)]
        );

        int Source(int at, int size) => edge ? Math.Clamp(at, 0, size - 1) : Reflect(at, size);
    }

    /// <summary>Walks back and forth between both ends, neither of which is met twice in a row.</summary>
    internal static int Reflect(int at, int size)
    {
        while (size > 1 && (at < 0 || at >= size))
            at = at < 0 ? -at : 2 * (size - 1) - at;
        return size == 1 ? 0 : at;
    }

    /// <summary>Rows <paramref name="first"/> to <paramref name="last"/> − 1.</summary>
    internal static double[,,,] Rows(double[,,,] x, int first, int last) =>
        Make(x.GetLength(0), x.GetLength(1), last - first, x.GetLength(3), (n, k, i, j) => x[n, k, first + i, j]);

    /// <summary>Puts the four phases of a picture together.</summary>
    internal static double[,,,] Interleave(double[,,,] x)
    {
        var channels = x.GetLength(1) / 4;
        return Make(
            x.GetLength(0),
            channels,
            2 * (x.GetLength(2) - 1),
            2 * (x.GetLength(3) - 1),
            (n, k, i, j) => x[n, (2 * (i % 2) + j % 2) * channels + k, i / 2 + i % 2, j / 2 + j % 2]
        );
    }
}
