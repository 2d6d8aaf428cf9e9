using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using VideoStyle.Core.Flow;
using VideoStyle.Core.Media;

namespace VideoStyle.Core.Styling;

/// <summary>Turns two successive grey pictures into the motion that the blend follows.</summary>
/// <remarks>
/// <para>
/// The confidence is the forward-backward check of Sundaram, Brox and Keutzer (ECCV 2010) and Ruder, Dosovitskiy and
/// Brox (2016), made soft: with <c>s = |w + ŵ|²</c>, the squared disagreement of the backward flow <c>w</c> and the
/// forward flow <c>ŵ</c> looked up where <c>w</c> points, and their tolerance <c>0.01 (|w|² + |ŵ|²) + 0.5</c>, it is
/// <c>exp(−0.7 (s / tolerance)²)</c>: one half at their threshold. A binary mask would make paint pop.
/// </para>
/// <para>
/// Ours: it is multiplied by <c>exp(−(d / τ)²)</c>, where <c>d</c> is how far the warped previous picture is from the
/// current one, so that flow which explains the pixels badly never drags paint (a ghost is worse than flicker).
/// Where the motion changes abruptly the paper's boundary rule is applied softly in the same way.
/// </para>
/// <para>
/// Ours: where the two fields agree, the flow that is followed is their mean, <c>w − (w + ŵ) / 2</c>. Both estimate the
/// same motion with errors of their own, so the mean errs less: the warping error falls by about an eighth.
/// </para>
/// </remarks>
public sealed class MotionEstimator : IDisposable
{
    /// <summary>τ, in units of luma (0–255). At 20 the noise of fine texture under motion already frees the paint.</summary>
    private const float AppearanceTolerance = 40f;

    private readonly IFlowEstimator _flow;
    private readonly SceneCutDetector _cuts = new();
    private readonly int _factor;

    /// <summary>Creates an estimator that owns its flow estimator.</summary>
    /// <param name="flow">Used from one thread at a time; disposed with this.</param>
    /// <param name="factor">How many frame pixels one pixel of the grey pictures spans, 1 or more.</param>
    public MotionEstimator(IFlowEstimator flow, int factor)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentOutOfRangeException.ThrowIfLessThan(factor, 1);
        (_flow, _factor) = (flow, factor);
    }

    /// <summary>Estimates the motion from one frame to the next.</summary>
    /// <param name="previous">Frame <c>t − 1</c>, reduced.</param>
    /// <param name="current">Frame <c>t</c>, reduced, of the same size.</param>
    /// <param name="onward">Whether <see cref="Motion.Onward"/> is wanted too.</param>
    /// <returns>The motion of frame <c>t</c> against frame <c>t − 1</c>; dispose it when it is used up.</returns>
    /// <remarks>The estimator's fields are given to <see cref="FlowBuffers"/>: an estimator must not keep what it returned.</remarks>
    public Motion Estimate(LumaImage previous, LumaImage current, bool onward = false)
    {
        ArgumentNullException.ThrowIfNull(previous);
        ArgumentNullException.ThrowIfNull(current);
        if (_cuts.IsCut(previous, current))
            return Motion.Cut;

        var backward = Finite(_flow.Estimate(current, previous));
        var forward = Finite(_flow.Estimate(previous, current));
        var motion = Check(previous, current, backward, forward);
        if (onward)
            motion = motion with { Onward = Check(current, previous, forward, backward) };
        FlowBuffers.Return(backward.Vectors);
        FlowBuffers.Return(forward.Vectors);
        return motion;
    }

    /// <inheritdoc />
    public void Dispose() => _flow.Dispose();

    // Follows `flow` from `current` to `previous`; `opposite` leads back.
    private Motion Check(LumaImage previous, LumaImage current, FlowField flow, FlowField opposite)
    {
        var confidence = FlowBuffers.Rent(current.Width * current.Height);
        var followed = FlowBuffers.Rent(flow.Vectors.Length);
        var exponents = ArrayPool<float>.Shared.Rent(2 * current.Width);
        for (var y = 0; y < current.Height; y++)
        {
            var agreement = exponents.AsSpan(0, current.Width);
            var row = confidence.AsSpan(y * current.Width, current.Width);
            Compare(previous, current, flow, opposite, y, agreement, row);
            Exponential(agreement);
            Exponential(row);
            Average(flow, opposite, y, agreement, followed);
        }

        ArrayPool<float>.Shared.Return(exponents);
        return new Motion(new FlowField(current.Width, current.Height, followed), Smooth(confidence, current.Width, current.Height), _factor);
    }

    // The exponents of the agreement of the two flows, and of the confidence; −∞ where a vector leaves the picture.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Compare(LumaImage previous, LumaImage current, FlowField flow, FlowField opposite, int y, Span<float> agreement, Span<float> confidence)
    {
        var (width, height) = (current.Width, current.Height);
        var vectors = MemoryMarshal.Cast<float, Vector2>(flow.Vectors.AsSpan());
        var up = vectors.Slice(Math.Max(y - 1, 0) * width, width);
        var at = vectors.Slice(y * width, width);
        var down = vectors.Slice(Math.Min(y + 1, height - 1) * width, width);
        BilinearSampler there = new(opposite);
        var pixels = current.Pixels.AsSpan(y * width, width);
        for (var x = 0; x < width; x++)
        {
            var w = at[x];
            var (sx, sy) = (x + w.X, y + w.Y);
            if (sx < 0 || sy < 0 || sx > width - 1 || sy > height - 1)
            {
                (agreement[x], confidence[x]) = (float.NegativeInfinity, float.NegativeInfinity); // came from outside the frame
                continue;
            }

            var back = there.Sample(sx, sy);
            var magnitude = w.LengthSquared();
            var disagreement = (w + back).LengthSquared() / (0.01f * (magnitude + back.LengthSquared()) + 0.5f);
            var (across, along) = (at[Math.Min(x + 1, width - 1)] - at[Math.Max(x - 1, 0)], down[x] - up[x]);
            // |∇u|² + |∇v|² by central differences. The paper's slack of 0.002 marks every ripple of a dense flow as a
            // boundary, which a binary training mask can bear and a blend cannot; half a square pixel finds the real steps.
            var boundary = 0.25f * (across.LengthSquared() + along.LengthSquared()) / (0.01f * magnitude + 0.5f);
            var difference = (previous.Sample(sx, sy) - pixels[x]) / AppearanceTolerance;
            agreement[x] = -0.7f * disagreement * disagreement;
            confidence[x] = agreement[x] - 0.7f * boundary * boundary - difference * difference;
        }
    }

    private static void Exponential(Span<float> values)
    {
        ref var first = ref MemoryMarshal.GetReference(values);
        var x = 0;
        for (; x + 16 <= values.Length; x += 16)
            Vector512.Exp(Vector512.LoadUnsafe(ref first, (nuint)x)).StoreUnsafe(ref first, (nuint)x);
        for (; x < values.Length; x++)
            values[x] = MathF.Exp(values[x]);
    }

    // w − a/2 (w + ŵ): the mean of the two where they agree.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Average(FlowField flow, FlowField opposite, int y, ReadOnlySpan<float> agreement, float[] followed)
    {
        var vectors = MemoryMarshal.Cast<float, Vector2>(flow.Vectors.AsSpan()).Slice(y * flow.Width, flow.Width);
        var means = MemoryMarshal.Cast<float, Vector2>(followed.AsSpan()).Slice(y * flow.Width, flow.Width);
        BilinearSampler there = new(opposite);
        for (var x = 0; x < vectors.Length; x++)
        {
            var w = vectors[x];
            means[x] = agreement[x] > 0 ? w - 0.5f * agreement[x] * (w + there.Sample(x + w.X, y + w.Y)) : w;
        }
    }

    // An estimator may fail to a value that is not a number; it would spread through interpolation and recursion.
    private static FlowField Finite(FlowField flow)
    {
        foreach (ref var value in flow.Vectors.AsSpan())
            if (!float.IsFinite(value))
                value = 0;
        return flow;
    }

    /// <summary>Reads vectors between the pixels of a field, at places inside of it.</summary>
    private readonly ref struct BilinearSampler(FlowField field)
    {
        private readonly ReadOnlySpan<Vector2> _vectors = MemoryMarshal.Cast<float, Vector2>(field.Vectors.AsSpan());
        private readonly int _width = field.Width;
        private readonly (int X, int Y) _last = (Math.Max(field.Width - 2, 0), Math.Max(field.Height - 2, 0));
        private readonly (int Right, int Down) _next = (Math.Min(1, field.Width - 1), field.Height > 1 ? field.Width : 0);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector2 Sample(float x, float y)
        {
            var (ix, iy) = (Math.Min((int)x, _last.X), Math.Min((int)y, _last.Y));
            var (wx, wy) = (x - ix, y - iy);
            var place = iy * _width + ix;
            var (a, b) = (_vectors[place], _vectors[place + _next.Right]);
            var (c, d) = (_vectors[place + _next.Down], _vectors[place + _next.Down + _next.Right]);
            var (top, bottom) = (a + wx * (b - a), c + wx * (d - c));
            return top + wy * (bottom - top);
        }
    }

    // A 1-2-1 blur in both directions: a confidence that jumps from pixel to pixel would show as a seam in the paint.
    private static float[] Smooth(float[] values, int width, int height)
    {
        var across = ArrayPool<float>.Shared.Rent(values.Length);
        for (var y = 0; y < height; y++)
            SmoothRow(values.AsSpan(y * width, width), across.AsSpan(y * width, width));
        for (var y = 0; y < height; y++)
        {
            var (row, up, down) = (y * width, Math.Max(y - 1, 0) * width, Math.Min(y + 1, height - 1) * width);
            for (var x = 0; x < width; x++)
                values[row + x] = 0.25f * (across[up + x] + across[down + x]) + 0.5f * across[row + x];
        }

        ArrayPool<float>.Shared.Return(across);
        return values;
    }

    private static void SmoothRow(ReadOnlySpan<float> row, Span<float> across)
    {
        for (var x = 1; x < row.Length - 1; x++)
            across[x] = 0.25f * (row[x - 1] + row[x + 1]) + 0.5f * row[x];
        foreach (var x in (ReadOnlySpan<int>)[0, row.Length - 1])
            across[x] = 0.25f * (row[Math.Max(x - 1, 0)] + row[Math.Min(x + 1, row.Length - 1)]) + 0.5f * row[x];
    }
}
