namespace VideoStyle.Core.Flow;

/// <summary>The verdict of Ruder et al.'s <c>consistencyChecker</c> on each pixel, from which their certainties are made.</summary>
internal sealed class RuderConsistency
{
    private const int GaussianRadius = 2;
    private const int MinimumRadius = 3;

    /// <summary>Keeps a sum that misses a whole value by single precision, 254.99998 above all, from being rounded down to the one below.</summary>
    private const float RoundingSlack = 1e-3f;

    /// <summary>σ 0.8, normalised to sum 1 over its 5 taps.</summary>
    private static readonly float[] Gaussian = MakeGaussian(0.8);

    private readonly int _width;
    private readonly int _height;
    private readonly Verdict[] _verdicts;

    private RuderConsistency(int width, int height) =>
        (_width, _height, _verdicts) = (width, height, new Verdict[width * height]);

    private enum Verdict : byte
    {
        Consistent,
        MotionBoundary,
        Hidden,
        Outside,
    }

    public static RuderConsistency Check(FlowField flow, FlowField opposite)
    {
        var result = new RuderConsistency(flow.Width, flow.Height);
        Parallel.For(0, flow.Height, y =>
        {
            for (var x = 0; x < flow.Width; x++)
                result._verdicts[y * flow.Width + x] = Judge(flow, opposite, x, y);
        });
        return result;
    }

    public ValidityMask ToHiddenOnly() => new(_width, _height, Array.ConvertAll(_verdicts, CertainUnlessHidden));

    public ValidityMask ToRuder18()
    {
        var certainty = Array.ConvertAll(_verdicts, CertainUnlessHidden);
        var rows = new byte[certainty.Length];
        Parallel.For(0, _height, y =>
        {
            for (var x = 0; x < _width; x++)
            {
                var (from, to) = (Math.Max(0, x - MinimumRadius), Math.Min(_width - 1, x + MinimumRadius));
                var least = byte.MaxValue;
                for (var i = from; i <= to; i++)
                    least = Math.Min(least, certainty[y * _width + i]);
                rows[y * _width + x] = least;
            }
        });
        Parallel.For(0, _height, y =>
        {
            var (from, to) = (Math.Max(0, y - MinimumRadius), Math.Min(_height - 1, y + MinimumRadius));
            for (var x = 0; x < _width; x++)
            {
                var least = byte.MaxValue;
                for (var i = from; i <= to; i++)
                    least = Math.Min(least, rows[i * _width + x]);
                certainty[y * _width + x] = least;
            }
        });
        return new ValidityMask(_width, _height, certainty);
    }

    public ValidityMask ToRuder16()
    {
        var raw = Array.ConvertAll(
            _verdicts,
            v => v switch
            {
                Verdict.Consistent => 255f,
                Verdict.Hidden => -255f, // so that smoothing makes hidden areas grow
                _ => 0f,
            }
        );
        var rows = new float[raw.Length];
        Parallel.For(0, _height, y =>
        {
            for (var x = 0; x < _width; x++)
                rows[y * _width + x] = Smooth(raw, y * _width, 1, x, _width);
        });
        var certainty = new byte[raw.Length];
        Parallel.For(0, _height, y =>
        {
            for (var x = 0; x < _width; x++)
                certainty[y * _width + x] = (byte)Math.Clamp(Smooth(rows, x, _width, y, _height) + RoundingSlack, 0f, 255f);
        });
        return new ValidityMask(_width, _height, certainty);
    }

    private static byte CertainUnlessHidden(Verdict verdict) => verdict is Verdict.Hidden or Verdict.Outside ? (byte)0 : (byte)255;

    private static float Smooth(float[] values, int start, int stride, int at, int count)
    {
        float sum = 0;
        for (var tap = -GaussianRadius; tap <= GaussianRadius; tap++)
            sum += Gaussian[tap + GaussianRadius] * values[start + stride * Mirror(at + tap, count)];
        return sum;
    }

    /// <summary>Continues indices beyond both ends with the border pixel repeated: −1 is 0, −2 is 1.</summary>
    private static int Mirror(int index, int count)
    {
        if (index < 0)
            index = -1 - index;
        if (index >= count)
            index = 2 * count - 1 - index;
        return Math.Clamp(index, 0, count - 1); // a picture narrower than the filter
    }

    /// <remarks>Single and double precision alternate as in the authors' C++, so that certainties agree to the last bit.</remarks>
    private static Verdict Judge(FlowField flow, FlowField opposite, int x, int y)
    {
        var (u2, v2) = flow[x, y];
        var (bx, by) = (x + u2, y + v2);
        var (floorX, floorY) = (MathF.Floor(bx), MathF.Floor(by));
        if (!(floorX >= 0 && floorX < flow.Width - 1 && floorY >= 0 && floorY < flow.Height - 1))
            return Verdict.Outside;

        var (x1, y1) = ((int)floorX, (int)floorY);
        var (alphaX, alphaY) = (bx - x1, by - y1);
        var (topLeft, topRight) = (opposite[x1, y1], opposite[x1 + 1, y1]);
        var (lowLeft, lowRight) = (opposite[x1, y1 + 1], opposite[x1 + 1, y1 + 1]);
        var u = Mix(Mix(topLeft.Dx, topRight.Dx, alphaX), Mix(lowLeft.Dx, lowRight.Dx, alphaX), alphaY);
        var v = Mix(Mix(topLeft.Dy, topRight.Dy, alphaX), Mix(lowLeft.Dy, lowRight.Dy, alphaX), alphaY);
        if (!FlowVector.IsKnown(u, v))
            return Verdict.Outside;

        var (errorX, errorY) = (bx + u - x, by + v - y);
        if (errorX * errorX + errorY * errorY >= 0.01 * (u2 * u2 + v2 * v2 + u * u + v * v) + 0.5f)
            return Verdict.Hidden;
        return Gradient(flow, x, y) > 0.01 * (u2 * u2 + v2 * v2) + 0.002f ? Verdict.MotionBoundary : Verdict.Consistent;
    }

    private static float Mix(float a, float b, float weight) => (float)((1.0 - weight) * a + weight * b);

    private static float Gradient(FlowField flow, int x, int y)
    {
        var (left, right) = (flow[Math.Max(0, x - 1), y], flow[Math.Min(flow.Width - 1, x + 1), y]);
        var (above, below) = (flow[x, Math.Max(0, y - 1)], flow[x, Math.Min(flow.Height - 1, y + 1)]);
        var (ux, vx) = (0.5f * right.Dx - 0.5f * left.Dx, 0.5f * right.Dy - 0.5f * left.Dy);
        var (uy, vy) = (0.5f * below.Dx - 0.5f * above.Dx, 0.5f * below.Dy - 0.5f * above.Dy);
        return ux * ux + vx * vx + uy * uy + vy * vy;
    }

    private static float[] MakeGaussian(double sigma)
    {
        var taps = Enumerable
            .Range(-GaussianRadius, 2 * GaussianRadius + 1)
            .Select(i => (float)(Math.Exp(i * i / (-2 * sigma * sigma)) / (sigma * Math.Sqrt(2 * Math.PI))))
            .ToArray();
        var inverse = (float)(1.0 / taps.Sum());
        return Array.ConvertAll(taps, tap => tap * inverse);
    }
}
