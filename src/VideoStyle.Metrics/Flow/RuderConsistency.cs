using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using VideoStyle.Core.Flow;

namespace VideoStyle.Metrics.Flow;

/// <summary>The verdict of Ruder et al.'s <c>consistencyChecker</c> on each pixel, from which their certainties are made.</summary>
internal sealed class RuderConsistency
{
    private const int GaussianRadius = 2;
    private const int MinimumRadius = 3;

    /// <summary>Keeps a sum that misses an integer by single precision, such as 254.99998, from being truncated to the integer below.</summary>
    private const float RoundingSlack = 1e-3f;

    /// <summary>σ 0.8, normalized to sum 1 over its 5 taps.</summary>
    private static readonly float[] Gaussian = MakeGaussian(0.8);

    private readonly int _width;
    private readonly int _height;
    private readonly byte[] _verdicts;

    private RuderConsistency(int width, int height) =>
        (_width, _height, _verdicts) = (width, height, ExactArrays<byte>.Rent(width * height));

    public static RuderConsistency Check(FlowField flow, FlowField opposite)
    {
        RuderConsistency result = new(flow.Width, flow.Height);
        RuderVerdicts verdicts = new(flow, opposite);
        for (var y = 0; y < flow.Height; y++)
            verdicts.Judge(y, result._verdicts.AsSpan(y * flow.Width, flow.Width));
        return result;
    }

    /// <summary>Returns the memory to its pool.</summary>
    public void Release() => ExactArrays<byte>.Return(_verdicts);

    public ValidityMask ToHiddenOnly()
    {
        var certainty = ExactArrays<byte>.Rent(_verdicts.Length);
        CertainUnlessHidden(_verdicts, certainty);
        return new ValidityMask(_width, _height, certainty);
    }

    /// <summary>The minimum over 7×7, first along the rows and then over them.</summary>
    public ValidityMask ToRuder18()
    {
        var certainty = ExactArrays<byte>.Rent(_verdicts.Length);
        var along = ExactArrays<byte>.Rent(_verdicts.Length);
        Span<byte> row = new byte[_width + 2 * MinimumRadius];
        row.Fill(byte.MaxValue);
        for (var y = 0; y < _height; y++)
        {
            CertainUnlessHidden(_verdicts.AsSpan(y * _width, _width), row.Slice(MinimumRadius, _width));
            var least = along.AsSpan(y * _width, _width);
            row[.._width].CopyTo(least);
            for (var shift = 1; shift <= 2 * MinimumRadius; shift++)
                TakeLesser(row.Slice(shift, _width), least);
        }

        for (var y = 0; y < _height; y++)
        {
            var least = certainty.AsSpan(y * _width, _width);
            along.AsSpan(y * _width, _width).CopyTo(least);
            for (var other = Math.Max(0, y - MinimumRadius); other <= Math.Min(_height - 1, y + MinimumRadius); other++)
                TakeLesser(along.AsSpan(other * _width, _width), least);
        }

        ExactArrays<byte>.Return(along);
        return new ValidityMask(_width, _height, certainty);
    }

    /// <summary>The Gaussian, first along each row and then, as soon as there are enough, over them.</summary>
    public ValidityMask ToRuder16()
    {
        var certainty = ExactArrays<byte>.Rent(_verdicts.Length);
        var rows = new float[2 * GaussianRadius + 1][];
        for (var i = 0; i < rows.Length; i++)
            rows[i] = new float[FlowRow.RoundUp(_width)];
        var raw = new float[FlowRow.RoundUp(_width) + 2 * GaussianRadius];
        var rounded = new byte[FlowRow.RoundUp(_width)];
        var taps = new float[rows.Length][];
        for (int y = 0, next = 0; y < _height; y++)
        {
            for (; next <= Math.Min(y + GaussianRadius, _height - 1); next++)
                SmoothAlong(next, raw, rows[next % rows.Length]);
            for (var i = 0; i < taps.Length; i++)
                taps[i] = rows[Mirror(y + i - GaussianRadius, _height) % rows.Length];
            SmoothOver(taps, rounded);
            rounded.AsSpan(0, _width).CopyTo(certainty.AsSpan(y * _width));
        }

        return new ValidityMask(_width, _height, certainty);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CertainUnlessHidden(ReadOnlySpan<byte> verdicts, Span<byte> certainty)
    {
        var x = 0;
        for (; x <= verdicts.Length - Vector512<byte>.Count; x += Vector512<byte>.Count)
            Vector512.LessThan(Vector512.Create(verdicts[x..]), Vector512.Create((byte)RuderVerdict.Hidden)).CopyTo(certainty[x..]);
        for (; x < verdicts.Length; x++)
            certainty[x] = verdicts[x] < (byte)RuderVerdict.Hidden ? byte.MaxValue : (byte)0;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TakeLesser(ReadOnlySpan<byte> other, Span<byte> least)
    {
        var x = 0;
        for (; x <= least.Length - Vector512<byte>.Count; x += Vector512<byte>.Count)
            Vector512.Min(Vector512.Create(other[x..]), Vector512.Create<byte>(least[x..])).CopyTo(least[x..]);
        for (; x < least.Length; x++)
            least[x] = Math.Min(least[x], other[x]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SmoothAlong(int y, float[] raw, float[] result)
    {
        var verdicts = _verdicts.AsSpan(y * _width, _width);
        for (var x = 0; x < verdicts.Length; x++)
            raw[GaussianRadius + x] = verdicts[x] switch
            {
                (byte)RuderVerdict.Consistent => 255,
                (byte)RuderVerdict.Hidden => -255, // so that smoothing makes hidden areas grow
                _ => 0,
            };
        for (var outside = 1; outside <= GaussianRadius; outside++)
        {
            raw[GaussianRadius - outside] = raw[GaussianRadius + Mirror(-outside, _width)];
            raw[GaussianRadius + _width - 1 + outside] = raw[GaussianRadius + Mirror(_width - 1 + outside, _width)];
        }

        for (var x = 0; x < result.Length; x += Vector512<float>.Count)
        {
            var sum = Vector512<float>.Zero;
            for (var tap = 0; tap < Gaussian.Length; tap++)
                sum += Gaussian[tap] * Vector512.LoadUnsafe(ref raw[x + tap]);
            sum.StoreUnsafe(ref result[x]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SmoothOver(float[][] rows, byte[] result)
    {
        for (var x = 0; x < result.Length; x += Vector512<float>.Count)
        {
            var sum = Vector512<float>.Zero;
            for (var tap = 0; tap < Gaussian.Length; tap++)
                sum += Gaussian[tap] * Vector512.LoadUnsafe(ref rows[tap][x]);
            sum = Vector512.Clamp(sum + Vector512.Create(RoundingSlack), Vector512<float>.Zero, Vector512.Create(255f));
            Bytes.Narrow(Vector512.ConvertToInt32(sum)).StoreUnsafe(ref result[x]);
        }
    }

    /// <summary>Continues indices beyond both ends with the edge pixel repeated: −1 is 0, −2 is 1.</summary>
    private static int Mirror(int index, int count)
    {
        if (index < 0)
            index = -1 - index;
        if (index >= count)
            index = 2 * count - 1 - index;
        return Math.Clamp(index, 0, count - 1); // an image narrower than the filter
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
