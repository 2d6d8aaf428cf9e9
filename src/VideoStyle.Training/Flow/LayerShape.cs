using System.Runtime.CompilerServices;

namespace VideoStyle.Training.Flow;

/// <summary>A soft-edged shape in a square of 256×256 pixels: blob, islands of noise, polygon, bars, curved strip, ellipse or ring.</summary>
internal sealed class LayerShape
{
    /// <summary>The side of the square in pixels.</summary>
    internal const int Side = 256;
    private const int Kinds = 6;

    private readonly byte[] _opacity = new byte[Side * Side];

    private LayerShape(Func<double, double, double> distance)
    {
        for (var i = 0; i < _opacity.Length; i++)
        {
            var (x, y) = (2 * (i % Side + 0.5) / Side - 1, 2 * (i / Side + 0.5) / Side - 1);
            // Never up to the border, beyond which there is nothing.
            var inside = Math.Min(distance(x, y), 0.98 - Math.Max(Math.Abs(x), Math.Abs(y)));
            _opacity[i] = (byte)Math.Round(255 * Math.Clamp(0.5 + inside * Side / 4, 0, 1));
        }
    }

    /// <summary>Draws a shape.</summary>
    internal static LayerShape Draw(CounterRandom random) =>
        new(random.Below(Kinds) switch
        {
            0 => Blob(random),
            1 => Islands(random),
            2 => Polygon(random),
            3 => Bars(random),
            4 => Strip(random),
            _ => Ring(random),
        });

    /// <summary>The opacity at a position in pixels of the square, 0–1; 0 outside.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal float Opacity(float x, float y)
    {
        if (!(x >= 0 && y >= 0 && x < Side - 1 && y < Side - 1))
            return 0;
        var (x0, y0) = ((int)x, (int)y);
        var (ax, ay, at) = (x - x0, y - y0, y0 * Side + x0);
        var top = _opacity[at] + ax * (_opacity[at + 1] - _opacity[at]);
        var bottom = _opacity[at + Side] + ax * (_opacity[at + Side + 1] - _opacity[at + Side]);
        return (top + ay * (bottom - top)) / 255;
    }

    // Each gives a signed distance to the outline or something like it, positive inside, in units where the square is 2 wide.
    private static Func<double, double, double> Blob(CounterRandom random)
    {
        var terms = Enumerable.Range(1, 6).Select(n => (N: n, Size: random.Normal(0, 0.21) / n, Phase: random.Uniform(0, 2 * Math.PI))).ToArray();
        return (x, y) =>
        {
            var (angle, radius) = (Math.Atan2(y, x), 0.6);
            foreach (var (n, size, phase) in terms)
                radius += size * Math.Sin(n * angle + phase);
            return Math.Clamp(radius, 0.1, 0.95) - Math.Sqrt(x * x + y * y);
        };
    }

    private static Func<double, double, double> Islands(CounterRandom random)
    {
        var waves = Enumerable.Range(0, 12).Select(_ => (X: random.Normal(0, 5), Y: random.Normal(0, 5), Phase: random.Uniform(0, 2 * Math.PI))).ToArray();
        var level = random.Uniform(-0.1, 0.25);
        return (x, y) =>
        {
            var sum = 0.0;
            foreach (var wave in waves)
                sum += Math.Sin(wave.X * x + wave.Y * y + wave.Phase);
            var radius = x * x + y * y;
            return (sum / waves.Length - level - 0.6 * radius * radius) / 2;
        };
    }

    private static Func<double, double, double> Polygon(CounterRandom random)
    {
        var count = 3 + random.Below(7);
        var corners = Enumerable.Range(0, count).Select(_ => random.Uniform(0, 2 * Math.PI)).Order().Select(a => (Angle: a, Radius: random.Uniform(0.4, 0.97)))
            .Select(p => (X: Math.Cos(p.Angle) * p.Radius, Y: Math.Sin(p.Angle) * p.Radius)).ToArray();
        return (x, y) =>
        {
            var (inside, nearest) = (false, double.MaxValue);
            for (var i = 0; i < count; i++)
            {
                var (a, b) = (corners[i], corners[(i + 1) % count]);
                nearest = Math.Min(nearest, Segment(x, y, a, b));
                if (a.Y > y != b.Y > y && x < (b.X - a.X) * (y - a.Y) / (b.Y - a.Y) + a.X)
                    inside = !inside;
            }

            return inside ? nearest : -nearest;
        };
    }

    private static Func<double, double, double> Bars(CounterRandom random)
    {
        var bars = Enumerable.Range(0, 1 + random.Below(4)).Select(_ => (A: Point(random), B: Point(random), Half: random.Uniform(0.02, 0.12))).ToArray();
        return (x, y) => bars.Max(bar => bar.Half - Segment(x, y, bar.A, bar.B));
    }

    private static Func<double, double, double> Strip(CounterRandom random)
    {
        var terms = Enumerable.Range(0, 8).Select(_ => random.Normal(0, 0.4)).ToArray();
        var half = random.Uniform(0.024, 0.13);
        var points = Enumerable.Range(0, 25).Select(i => (X: Along(i / 24.0, 0), Y: Along(i / 24.0, 1))).ToArray();
        return (x, y) =>
        {
            var nearest = double.MaxValue;
            for (var i = 0; i + 1 < points.Length; i++)
                nearest = Math.Min(nearest, Segment(x, y, points[i], points[i + 1]));
            return half - nearest;
        };

        double Along(double t, int axis) =>
            Math.Clamp(Enumerable.Range(0, 4).Sum(j => terms[4 * axis + j] * Math.Cos(Math.PI * j * t + (axis + 1) * j)), -0.9, 0.9);
    }

    private static Func<double, double, double> Ring(CounterRandom random)
    {
        var (rx, ry) = (random.Uniform(0.4, 0.95), random.Uniform(0.4, 0.95));
        var width = random.NextDouble() < 0.6 ? 2 : random.Uniform(0.06, 0.3);
        return (x, y) =>
        {
            var radius = Math.Sqrt(x * x / (rx * rx) + y * y / (ry * ry));
            return Math.Min(1 - radius, width - (1 - radius)) * Math.Min(rx, ry);
        };
    }

    private static (double X, double Y) Point(CounterRandom random) => (random.Uniform(-0.9, 0.9), random.Uniform(-0.9, 0.9));

    private static double Segment(double x, double y, (double X, double Y) a, (double X, double Y) b)
    {
        var (dx, dy) = (b.X - a.X, b.Y - a.Y);
        var t = Math.Clamp(((x - a.X) * dx + (y - a.Y) * dy) / Math.Max(dx * dx + dy * dy, 1e-12), 0, 1);
        return Math.Sqrt(Math.Pow(x - a.X - t * dx, 2) + Math.Pow(y - a.Y - t * dy, 2));
    }
}
