using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using VideoStyle.Core.Flow;
using VideoStyle.Core.Media;

namespace VideoStyle.Core.MotionEstimation;

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
    private readonly bool _ignoresExposure;

    /// <summary>Creates an estimator that owns its flow estimator.</summary>
    /// <param name="flow">Used from one thread at a time; disposed with this.</param>
    /// <param name="factor">How many frame pixels one pixel of the grey pictures spans, 1 or more.</param>
    /// <param name="ignoresExposure">Whether a change of the whole picture's brightness and contrast says nothing against the paint.</param>
    public MotionEstimator(IFlowEstimator flow, int factor, bool ignoresExposure = false)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentOutOfRangeException.ThrowIfLessThan(factor, 1);
        (_flow, _factor, _ignoresExposure) = (flow, factor, ignoresExposure);
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

        // Estimators follow brightness: where all of it changes, an even surface seems to flow.
        var step = PhotometricCompensation.Step(previous, current);
        var matched = step == 0 ? previous : previous.Darkened(step);
        var backward = Finite(_flow.Estimate(current, matched));
        var forward = Finite(_flow.Estimate(matched, current));
        var compared = _ignoresExposure ? matched : previous;
        var motion = Check(compared, current, backward, forward);
        if (_ignoresExposure)
            motion = motion with { Brighter = motion.Brighter - step };
        if (onward)
            motion = motion with { Onward = Check(current, compared, forward, backward) };
        FlowBuffers.Return(backward.Vectors);
        FlowBuffers.Return(forward.Vectors);
        if (matched != previous)
            matched.Release();
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
        var doubts = ArrayPool<float>.Shared.Rent(width * height);
        var rows = ArrayPool<float>.Shared.Rent(3 * width);
        var sums = rows.AsSpan(0, 2 * width);
        var agreement = rows.AsSpan(2 * width, width);
        for (var y = 0; y < height; y++)
        {
            var vectors = flow.Vectors.AsSpan(2 * y * width, 2 * width);
            FlowConsistency.Follow(previous, current, flow, opposite, y, sums, confidence.AsSpan(y * width, width));
            FlowConsistency.Exponents(vectors, sums, TrustSlack, doubts.AsSpan(y * width, width));
            FlowConsistency.Exponents(vectors, sums, MeanSlack, agreement);
            FlowConsistency.Exponential(agreement);
            FlowConsistency.Average(vectors, sums, agreement, followed.AsSpan(2 * y * width, 2 * width));
        }

        ArrayPool<float>.Shared.Return(rows);
        var exposure = _ignoresExposure ? PhotometricCompensation.Fit(current, confidence, doubts) : default;
        if (exposure != default)
            exposure.TakeOff(current, doubts, confidence.AsSpan(0, width * height));
        Smooth(confidence, width, height);
        for (var y = 0; y < height; y++)
            FlowConsistency.Judge(doubts.AsSpan(y * width, width), Tolerance, confidence.AsSpan(y * width, width));
        ArrayPool<float>.Shared.Return(doubts);

        // A confidence that jumps from pixel to pixel would show as a seam in the paint; but what is doubted stays so.
        Smooth(confidence, width, height, onlyLower: true);
        return new Motion(new FlowField(width, height, followed), confidence, _factor) { Brighter = -exposure.OfGrey };
    }

    // An estimator may fail to a value that is not a number; it would spread through interpolation and recursion.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static FlowField Finite(FlowField flow)
    {
        ref var first = ref MemoryMarshal.GetArrayDataReference(flow.Vectors);
        var i = 0;
        for (; i + 8 <= flow.Vectors.Length; i += 8)
        {
            var values = Vector256.LoadUnsafe(ref first, (nuint)i);
            Vector256.BitwiseAnd(values, Vector256.IsFinite(values)).StoreUnsafe(ref first, (nuint)i);
        }

        foreach (ref var value in flow.Vectors.AsSpan(i))
            if (!float.IsFinite(value))
                value = 0;
        return flow;
    }

    // A 1-2-1 blur in both directions.
    private static void Smooth(float[] values, int width, int height, bool onlyLower = false)
    {
        var across = ArrayPool<float>.Shared.Rent(values.Length);
        for (var y = 0; y < height; y++)
            SmoothRow(values.AsSpan(y * width, width), across.AsSpan(y * width, width));
        for (var y = 0; y < height; y++)
        {
            var (up, down) = (Math.Max(y - 1, 0) * width, Math.Min(y + 1, height - 1) * width);
            SmoothDown(across.AsSpan(up, width), across.AsSpan(y * width, width), across.AsSpan(down, width), values.AsSpan(y * width, width), onlyLower);
        }

        ArrayPool<float>.Shared.Return(across);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SmoothRow(ReadOnlySpan<float> row, Span<float> across)
    {
        ref var source = ref MemoryMarshal.GetReference(row);
        ref var target = ref MemoryMarshal.GetReference(across);
        var x = 1;
        for (; x + 9 <= row.Length; x += 8)
        {
            var sides = Vector256.LoadUnsafe(ref source, (nuint)x - 1) + Vector256.LoadUnsafe(ref source, (nuint)x + 1);
            (0.25f * sides + 0.5f * Vector256.LoadUnsafe(ref source, (nuint)x)).StoreUnsafe(ref target, (nuint)x);
        }

        for (; x < row.Length - 1; x++)
            across[x] = 0.25f * (row[x - 1] + row[x + 1]) + 0.5f * row[x];
        foreach (var end in (ReadOnlySpan<int>)[0, row.Length - 1])
            across[end] = 0.25f * (row[Math.Max(end - 1, 0)] + row[Math.Min(end + 1, row.Length - 1)]) + 0.5f * row[end];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SmoothDown(ReadOnlySpan<float> above, ReadOnlySpan<float> row, ReadOnlySpan<float> below, Span<float> values, bool onlyLower)
    {
        ref var target = ref MemoryMarshal.GetReference(values);
        var x = 0;
        for (; x + 8 <= values.Length; x += 8)
        {
            var sides = Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(above), (nuint)x) + Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(below), (nuint)x);
            var smooth = 0.25f * sides + 0.5f * Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(row), (nuint)x);
            (onlyLower ? Vector256.MinNative(smooth, Vector256.LoadUnsafe(ref target, (nuint)x)) : smooth).StoreUnsafe(ref target, (nuint)x);
        }

        for (; x < values.Length; x++)
        {
            var smooth = 0.25f * (above[x] + below[x]) + 0.5f * row[x];
            values[x] = onlyLower ? Math.Min(values[x], smooth) : smooth;
        }
    }
}
