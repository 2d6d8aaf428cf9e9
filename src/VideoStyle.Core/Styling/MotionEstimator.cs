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
/// The confidence is <c>exp(−(d / τ)²) · exp(−0.7 (s / tolerance)²)</c>. Ours is the first: <c>d</c> is how far the previous
/// picture, moved along, is from the current one. It shows what is uncovered before the flow does. It is smoothed before it
/// is judged: noise and half a pixel's shift along a texture change their sign from pixel to pixel, what is uncovered does not.
/// </para>
/// <para>
/// The second is the forward-backward check of Sundaram, Brox and Keutzer (ECCV 2010) and Ruder, Dosovitskiy and Brox (2016), made
/// soft: <c>s = |w + ŵ|²</c> for the backward flow <c>w</c> and the forward flow <c>ŵ</c> looked up where it points, and
/// <c>0.01 (|w|² + |ŵ|²) + 4</c> where they have 0.5. Theirs frees the paint of blurred and blank places in which the picture
/// shows that a pixel more or less does no harm, and costs a third more warping error. Without any, a blank floor is dragged
/// along by whoever walks over it, which no picture shows, but the strokes do.
/// </para>
/// <para>
/// Ours: where the two fields agree, the flow that is followed is their mean, <c>w − a (w + ŵ) / 2</c>, where <c>a</c> is
/// the second term with their 0.5. Both estimate the same motion with errors of their own, so the mean errs less.
/// </para>
/// </remarks>
public sealed class MotionEstimator : IDisposable
{
    /// <summary>τ, in units of luma (0–255). At 20 a ghost keeps half as much again of its contrast; at 8 texture frees its paint.</summary>
    private const float Tolerance = 12f;

    /// <summary>How far apart the two flows may be whatever their length, in square pixels: to be averaged, and to be trusted.</summary>
    private const float MeanSlack = 0.5f;
    private const float TrustSlack = 4f;

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
        var (width, height) = (current.Width, current.Height);
        var confidence = FlowBuffers.Rent(width * height);
        var followed = FlowBuffers.Rent(flow.Vectors.Length);
        var doubt = ArrayPool<float>.Shared.Rent(width * height);
        var agreement = ArrayPool<float>.Shared.Rent(width);
        for (var y = 0; y < height; y++)
        {
            Compare(previous, current, flow, opposite, y, agreement, doubt.AsSpan(y * width, width), confidence.AsSpan(y * width, width));
            Exponential(agreement.AsSpan(0, width));
            Average(flow, opposite, y, agreement, followed);
        }

        ArrayPool<float>.Shared.Return(agreement);
        Smooth(confidence, width, height);
        for (var y = 0; y < height; y++)
        {
            var row = confidence.AsSpan(y * width, width);
            Judge(doubt.AsSpan(y * width, width), row);
            Exponential(row);
        }

        ArrayPool<float>.Shared.Return(doubt);

        // A confidence that jumps from pixel to pixel would show as a seam in the paint; but what is doubted stays so.
        Smooth(confidence, width, height, onlyLower: true);
        return new Motion(new FlowField(width, height, followed), confidence, _factor);
    }

    // The exponents of how far the two flows agree, strictly and loosely, and the differences of the pictures; −∞ and 0 where a
    // vector leaves them.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Compare(
        LumaImage previous, LumaImage current, FlowField flow, FlowField opposite, int y, Span<float> agreement, Span<float> doubt, Span<float> difference)
    {
        var (width, height) = (current.Width, current.Height);
        var vectors = MemoryMarshal.Cast<float, Vector2>(flow.Vectors.AsSpan()).Slice(y * width, width);
        BilinearSampler there = new(opposite);
        var pixels = current.Pixels.AsSpan(y * width, width);
        for (var x = 0; x < width; x++)
        {
            var w = vectors[x];
            var (sx, sy) = (x + w.X, y + w.Y);
            if (sx < 0 || sy < 0 || sx > width - 1 || sy > height - 1)
            {
                (agreement[x], doubt[x], difference[x]) = (float.NegativeInfinity, float.NegativeInfinity, 0);
                continue;
            }

            var back = there.Sample(sx, sy);
            var (apart, length) = ((w + back).LengthSquared(), 0.01f * (w.LengthSquared() + back.LengthSquared()));
            var (strict, loose) = (apart / (length + MeanSlack), apart / (length + TrustSlack));
            (agreement[x], doubt[x]) = (-0.7f * strict * strict, -0.7f * loose * loose);
            difference[x] = previous.Sample(sx, sy) - pixels[x];
        }
    }

    // Turns differences into the exponents of the confidence.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Judge(ReadOnlySpan<float> doubt, Span<float> row)
    {
        for (var x = 0; x < row.Length; x++)
        {
            var difference = row[x] / Tolerance;
            row[x] = doubt[x] - difference * difference;
        }
    }

    private static void Exponential(Span<float> values)
    {
        ref var first = ref MemoryMarshal.GetReference(values);
        var x = 0;
        // Not Vector512: its exponential takes two and a half times as long (.NET 10).
        for (; x + 8 <= values.Length; x += 8)
            Vector256.Exp(Vector256.LoadUnsafe(ref first, (nuint)x)).StoreUnsafe(ref first, (nuint)x);
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

    // A 1-2-1 blur in both directions.
    private static void Smooth(float[] values, int width, int height, bool onlyLower = false)
    {
        var across = ArrayPool<float>.Shared.Rent(values.Length);
        for (var y = 0; y < height; y++)
            SmoothRow(values.AsSpan(y * width, width), across.AsSpan(y * width, width));
        for (var y = 0; y < height; y++)
        {
            var (row, up, down) = (y * width, Math.Max(y - 1, 0) * width, Math.Min(y + 1, height - 1) * width);
            for (var x = 0; x < width; x++)
            {
                var smooth = 0.25f * (across[up + x] + across[down + x]) + 0.5f * across[row + x];
                values[row + x] = onlyLower ? Math.Min(values[row + x], smooth) : smooth;
            }
        }

        ArrayPool<float>.Shared.Return(across);
    }

    private static void SmoothRow(ReadOnlySpan<float> row, Span<float> across)
    {
        for (var x = 1; x < row.Length - 1; x++)
            across[x] = 0.25f * (row[x - 1] + row[x + 1]) + 0.5f * row[x];
        foreach (var x in (ReadOnlySpan<int>)[0, row.Length - 1])
            across[x] = 0.25f * (row[Math.Max(x - 1, 0)] + row[Math.Min(x + 1, row.Length - 1)]) + 0.5f * row[x];
    }
}
