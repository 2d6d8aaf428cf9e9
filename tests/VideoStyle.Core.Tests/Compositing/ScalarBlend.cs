using VideoStyle.Core.MotionEstimation;

namespace VideoStyle.Core.Tests.Compositing;

/// <summary>The blend as its documentation states it, one number at a time in double precision: what the fast one must equal.</summary>
internal sealed class ScalarBlend(int width, int height, double keep)
{
    private double[]? _state;
    private double[]? _gains;

    /// <summary>Blends a painting, shape <c>[height, width, 3]</c>, and returns what is shown, 0–255 before it is rounded.</summary>
    public double[] Next(float[] painting, Motion? motion)
    {
        var painted = Array.ConvertAll(painting, v => (double)v);
        if (_state is null || motion is null || motion.IsCut)
        {
            (_state, _gains) = (painted, null);
            return Array.ConvertAll(painted, v => 255 * v);
        }

        var (blend, kept) = (new double[painted.Length], new double[width * height]);
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                kept[y * width + x] = BlendPixel(painted, _state, motion, x, y, blend);
        _state = blend;
        return Sharpen(painted, blend, kept, motion);
    }

    private double BlendPixel(double[] painted, double[] state, Motion motion, int x, int y, double[] blend)
    {
        var (dx, dy, m) = (0.0, 0.0, 0.0);
        foreach (var (column, row, weight) in Corners(Reduced(x), Reduced(y), motion.Backward.Width, motion.Backward.Height))
        {
            var (u, v) = motion.Backward[column, row];
            (u, v) = (u * motion.Factor, v * motion.Factor);
            var trust = Math.Clamp((Math.Sqrt(u * u + v * v) - 0.05) / 0.05, 0, 1);
            (dx, dy) = (dx + weight * trust * u, dy + weight * trust * v);
            m += weight * motion.Confidence[row * motion.Backward.Width + column];
        }

        for (var c = 0; c < 3; c++)
        {
            var warped = Math.Clamp(Neighbours(x + dx, y + dy).Sum(k => k.Weight * state[3 * (k.Row * width + k.Column) + c]), -0.5, 1.5);
            var i = 3 * (y * width + x) + c;
            blend[i] = painted[i] + keep * m * (warped - painted[i]);
        }

        return keep * m;

        double Reduced(int position) => (position - 0.5 * (motion.Factor - 1)) / motion.Factor;
    }

    private int Columns => (width + 63) / 64;

    private double[] Sharpen(double[] painted, double[] blend, double[] kept, Motion motion)
    {
        var (source, luma) = (Lumas(painted), Lumas(blend));
        double[] detail = [.. luma.Zip(Blur(luma, width, height, 1.5), (a, b) => a - b).Zip(kept, (d, k) => k * d)];
        var (wanted, a, b, c) = (Energies(source, source), Energies(luma, luma), Energies(luma, detail), Energies(detail, detail));
        double[] solved = [.. Enumerable.Range(0, a.Length).Select(i => Math.Clamp((Math.Sqrt(Math.Max(0, b[i] * b[i] - c[i] * (a[i] - wanted[i]))) - b[i]) / c[i], -0.5, 2))];
        if (_gains is { } last)
        {
            for (var i = 0; i < solved.Length; i++)
            {
                var (x, y) = (64 * (i % Columns) + 32, 64 * (i / Columns) + 32);
                var (dx, dy) = motion.Backward[Math.Min(x / motion.Factor, motion.Backward.Width - 1), Math.Min(y / motion.Factor, motion.Backward.Height - 1)];
                var before = GainAt(last, x + dx * motion.Factor, y + dy * motion.Factor);
                solved[i] = before + 0.9 * (solved[i] - before);
            }
        }

        _gains = solved;
        return [.. blend.Select((v, i) => Math.Clamp(255 * (v + GainAt(solved, i / 3 % width, i / 3 / width) * detail[i / 3]), 0, 255))];
    }

    private double GainAt(double[] gains, double x, double y) =>
        Corners(x / 64 - 0.5, y / 64 - 0.5, Columns, gains.Length / Columns).Sum(k => k.Weight * gains[k.Row * Columns + k.Column]);

    // One sum for each tile of 64x64 pixels.
    private double[] Energies(double[] one, double[] other)
    {
        var sums = new double[Columns * ((height + 63) / 64)];
        foreach (var y in Enumerable.Range(1, height - 2).Where(y => y % 64 % 5 == 2))
            for (var x = 1; x < width - 1; x++)
                sums[y / 64 * Columns + x / 64] += Sobel(one, x, y, 1, width) * Sobel(other, x, y, 1, width) + Sobel(one, x, y, width, 1) * Sobel(other, x, y, width, 1);
        return sums;
    }

    private double Sobel(double[] picture, int x, int y, int along, int across)
    {
        var i = y * width + x;
        return Enumerable.Range(-1, 3).Sum(k => (2 - Math.Abs(k)) * (picture[i + along + k * across] - picture[i - along + k * across]));
    }

    private double[] Lumas(double[] picture) => [.. Enumerable.Range(0, width * height).Select(i => Luma(picture, i % width, i / width))];

    private double Luma(double[] picture, int x, int y)
    {
        var i = 3 * (y * width + x);
        return 0.299 * picture[i] + 0.587 * picture[i + 1] + 0.114 * picture[i + 2];
    }

    private static double[] Blur(double[] picture, int w, int h, double sigma)
    {
        var radius = (int)Math.Ceiling(3 * sigma);
        var kernel = Enumerable.Range(-radius, 2 * radius + 1).Select(k => Math.Exp(-k * k / (2 * sigma * sigma))).ToArray();
        var total = kernel.Sum();
        var across = Pass(picture, (x, y, k) => y * w + Math.Clamp(x + k, 0, w - 1));
        return Pass(across, (x, y, k) => Math.Clamp(y + k, 0, h - 1) * w + x);

        double[] Pass(double[] from, Func<int, int, int, int> place) =>
            [.. Enumerable.Range(0, w * h).Select(i => Enumerable.Range(-radius, 2 * radius + 1).Sum(k => kernel[k + radius] * from[place(i % w, i / w, k)]) / total)];
    }

    // Keys' kernel with a = −0.6 on 4 × 4 pixels; along the edges, where some are missing, the bilinear one.
    private IEnumerable<(int Column, int Row, double Weight)> Neighbours(double x, double y)
    {
        var (column, row) = ((int)Math.Floor(x), (int)Math.Floor(y));
        if (column < 1 || row < 1 || column > width - 3 || row > height - 3)
            return Corners(x, y, width, height);
        return from j in Enumerable.Range(row - 1, 4) from i in Enumerable.Range(column - 1, 4) select (i, j, Keys(x - i) * Keys(y - j));

        static double Keys(double t)
        {
            t = Math.Abs(t);
            return t <= 1 ? (1.4 * t - 2.4) * t * t + 1 : -0.6 * (((t - 5) * t + 8) * t - 4);
        }
    }

    private static IEnumerable<(int Column, int Row, double Weight)> Corners(double x, double y, int w, int h)
    {
        (x, y) = (Math.Clamp(x, 0, w - 1), Math.Clamp(y, 0, h - 1));
        var (column, row) = ((int)x, (int)y);
        var (u, v) = (x - column, y - row);
        yield return (column, row, (1 - u) * (1 - v));
        yield return (Math.Min(column + 1, w - 1), row, u * (1 - v));
        yield return (column, Math.Min(row + 1, h - 1), (1 - u) * v);
        yield return (Math.Min(column + 1, w - 1), Math.Min(row + 1, h - 1), u * v);
    }
}
