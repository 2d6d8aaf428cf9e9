using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using VideoStyle.Core.Flow;
using VideoStyle.Core.Media;

namespace VideoStyle.Core.MotionEstimation;

/// <summary>Estimates the motion between two successive grayscale images, and its confidence.</summary>
/// <remarks>
/// <para>
/// The confidence is <c>exp(−(d / τ)⁴) · exp(−0.7 (s / tolerance)²)</c>. The first factor, ours, is photometric: <c>d</c> is the difference
/// between the warped previous image and the current one. It detects disocclusion before the flow does. The difference is smoothed first:
/// that of noise and of textures shifted by half a pixel alternates in sign, that of disoccluded regions does not.
/// </para>
/// <para>
/// The second factor is a soft form of the forward-backward consistency check of Sundaram, Brox and Keutzer (ECCV 2010, eq. 5) and
/// Ruder, Dosovitskiy and Brox (2016, eq. 5): <c>s = |w + ŵ|²</c> for the backward flow <c>w</c> and the forward flow <c>ŵ</c> sampled where
/// it points, with the tolerance <c>0.01 (|w|² + |ŵ|²) + 0.5</c>, in pixels of the motion. Without this factor, a uniform floor is dragged along by a person
/// who walks over it: invisible in the video, but visible in the strokes.
/// </para>
/// <para>
/// Ours: where both flows agree, their mean <c>w − a (w + ŵ) / 2</c> is used, where <c>a</c> is the second factor with the constant 0.25.
/// Both estimate the same motion with independent errors, so the mean has a smaller error.
/// </para>
/// <para>
/// Of images larger than <see cref="MaxMotionSize"/> the flow is estimated as they are, and then halved with them: that smooths it, costs no
/// steadiness, and everything behind it, the confidence first, takes a quarter of the time.
/// </para>
/// </remarks>
public sealed class MotionEstimator : IDisposable
{
    /// <summary>τ, in units of luma (0–255). At 20 ghosts have 1.5 times the contrast; at 8 textures lose their confidence.</summary>
    private const float Tolerance = 12f;

    /// <summary>The constant of the forward-backward tolerance in square pixels, for the mean of the flows and for the confidence.</summary>
    private const float MeanSlack = 0.25f;
    private const float ConfidenceSlack = 0.5f;

    /// <summary>The longer side, in pixels, above which motion is kept at half the size of the images.</summary>
    private const int MaxMotionSize = 400;

    private readonly IFlowEstimator _flow;
    private readonly SceneCutDetector _cuts = new();
    private readonly int _factor;

    /// <summary>Creates an estimator that owns its flow estimator.</summary>
    /// <param name="flow">Used from one thread at a time; disposed with this.</param>
    /// <param name="factor">How many frame pixels one pixel of the grayscale images spans, 1 or more.</param>
    public MotionEstimator(IFlowEstimator flow, int factor)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentOutOfRangeException.ThrowIfLessThan(factor, 1);
        (_flow, _factor) = (flow, factor);
    }

    /// <summary>Gets whether a change of the whole image's gain and bias leaves the confidence as it is. Default false.</summary>
    /// <remarks>For stylizers that such a change does not affect (<see cref="Stylizers.StylizerInfo.IsExposureInvariant"/>).</remarks>
    public bool IsExposureInvariant { get; init; }

    /// <summary>Estimates the motion from one frame to the next.</summary>
    /// <param name="previous">Frame <c>t − 1</c>, reduced.</param>
    /// <param name="current">Frame <c>t</c>, reduced, of the same size.</param>
    /// <param name="withForward">Whether <see cref="Motion.Forward"/> is estimated as well.</param>
    /// <returns>The motion of frame <c>t</c> against frame <c>t − 1</c>; the caller disposes it.</returns>
    /// <remarks>The flow fields are returned to <see cref="FlowBuffers"/>: a flow estimator must not keep what it returned.</remarks>
    public Motion Estimate(LumaImage previous, LumaImage current, bool withForward = false)
    {
        ArgumentNullException.ThrowIfNull(previous);
        ArgumentNullException.ThrowIfNull(current);
        var isHalved = Math.Max(current.Width, current.Height) > MaxMotionSize;
        var (smallPrevious, smallCurrent) = isHalved ? (previous.Halved(), current.Halved()) : (previous, current);
        if (_cuts.IsCut(smallPrevious, smallCurrent))
            return Motion.Cut;

        // Flow estimators assume constant brightness: where all of it changes, uniform surfaces seem to move.
        var step = PhotometricCompensation.BrightnessStep(smallPrevious, smallCurrent);
        var matched = step == 0 ? previous : previous.Darkened(step);
        var (backward, forward) = _flow.EstimateBoth(current, matched);
        (backward, forward) = (Finite(backward), Finite(forward));
        if (isHalved)
            (backward, forward) = (Halve(backward), Halve(forward));
        var compared = step == 0 || !IsExposureInvariant ? smallPrevious : smallPrevious.Darkened(step);
        var motion = Check(compared, smallCurrent, backward, forward, isHalved ? 2 * _factor : _factor);
        if (IsExposureInvariant)
            motion = motion with { BrightnessChange = motion.BrightnessChange - step };
        if (withForward)
            motion = motion with { Forward = Check(smallCurrent, compared, forward, backward, motion.Factor) };
        FlowBuffers.Return(backward.Vectors);
        FlowBuffers.Return(forward.Vectors);
        if (matched != previous)
            matched.Release();
        if (compared != smallPrevious)
            compared.Release();
        if (isHalved)
        {
            smallPrevious.Release();
            smallCurrent.Release();
        }

        return motion;
    }

    /// <inheritdoc />
    public void Dispose() => _flow.Dispose();

    // `flow` leads from `current` to `previous`, and `opposite` back.
    private Motion Check(LumaImage previous, LumaImage current, FlowField flow, FlowField opposite, int factor)
    {
        var (width, height) = (current.Width, current.Height);
        var confidence = FlowBuffers.Rent(width * height);
        var means = FlowBuffers.Rent(flow.Vectors.Length);
        var exponents = ArrayPool<float>.Shared.Rent(width * height);
        var rows = ArrayPool<float>.Shared.Rent(3 * width);
        var sums = rows.AsSpan(0, 2 * width);
        var agreement = rows.AsSpan(2 * width, width);
        for (var y = 0; y < height; y++)
        {
            var vectors = flow.Vectors.AsSpan(2 * y * width, 2 * width);
            FlowConsistency.Compare(previous, current, flow, opposite, y, sums, confidence.AsSpan(y * width, width));
            FlowConsistency.Exponents(vectors, sums, ConfidenceSlack, exponents.AsSpan(y * width, width));
            FlowConsistency.Exponents(vectors, sums, MeanSlack, agreement);
            FlowConsistency.Exponential(agreement);
            FlowConsistency.Average(vectors, sums, agreement, means.AsSpan(2 * y * width, 2 * width));
        }

        ArrayPool<float>.Shared.Return(rows);
        var compensation = IsExposureInvariant ? PhotometricCompensation.Fit(current, confidence, exponents) : default;
        if (compensation != default)
            compensation.Apply(current, exponents, confidence.AsSpan(0, width * height));
        Smooth(confidence, width, height);
        for (var y = 0; y < height; y++)
            FlowConsistency.Confidence(exponents.AsSpan(y * width, width), Tolerance, confidence.AsSpan(y * width, width));
        ArrayPool<float>.Shared.Return(exponents);

        // Jumps of the confidence would show as seams. Smoothing only lowers it, so that disoccluded pixels stay disoccluded.
        Smooth(confidence, width, height, onlyLower: true);
        return new Motion(new FlowField(width, height, means), confidence, factor) { BrightnessChange = -compensation.OfMidGray };
    }

    // A flow estimator may return NaN or infinity, which would spread through interpolation and recursion.
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

    // The mean of 2x2 vectors, in pixels of twice the side.
    private static FlowField Halve(FlowField flow)
    {
        var (width, height) = ((flow.Width + 1) / 2, (flow.Height + 1) / 2);
        var vectors = FlowBuffers.Rent(2 * width * height);
        var source = MemoryMarshal.Cast<float, Vector2>(flow.Vectors);
        var target = MemoryMarshal.Cast<float, Vector2>(vectors.AsSpan());
        for (var y = 0; y < height; y++)
        {
            var above = source.Slice(2 * y * flow.Width, flow.Width);
            var below = source.Slice(Math.Min(2 * y + 1, flow.Height - 1) * flow.Width, flow.Width);
            for (var x = 0; x < width; x++)
            {
                var right = Math.Min(2 * x + 1, flow.Width - 1);
                target[y * width + x] = (above[2 * x] + above[right] + below[2 * x] + below[right]) / 8;
            }
        }

        FlowBuffers.Return(flow.Vectors);
        return new FlowField(width, height, vectors);
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
