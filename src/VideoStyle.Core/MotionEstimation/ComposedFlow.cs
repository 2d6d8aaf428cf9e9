using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using VideoStyle.Core.Flow;

namespace VideoStyle.Core.MotionEstimation;

/// <summary>Flow from one frame to another across any number of frames, with its confidence, at reduced resolution.</summary>
/// <remarks>Four values for each reduced pixel, interpolated together: (dx, dy) in reduced pixels, the confidence 0–1, and a weight that is 0 unless set.</remarks>
internal sealed class ComposedFlow : IDisposable
{
    private float[]? _values;

    private ComposedFlow(int width, int height, int factor)
    {
        (Width, Height, Factor) = (width, height, factor);
        _values = ArrayPool<float>.Shared.Rent(4 * width * height);
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Gets how many frame pixels one reduced pixel spans in each direction.</summary>
    public int Factor { get; }

    /// <summary>Creates the flow of a single step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="trustAll">Whether every confidence above 0 counts as 1.</param>
    public static ComposedFlow Of(Motion step, bool trustAll = false)
    {
        ComposedFlow flow = new(step.Backward.Width, step.Backward.Height, step.Factor);
        for (var y = 0; y < flow.Height; y++)
            FillRow(step, y, trustAll, flow.Row(y));
        return flow;
    }

    /// <summary>Composes two flows, <c>w(p) = w₁(p) + w₂(p + w₁(p))</c>, and multiplies their confidences, <c>c(p) = c₁(p) c₂(p + w₁(p))</c>.</summary>
    /// <param name="step">The first flow, <c>w₁</c>.</param>
    /// <param name="rest">The flow from where it leads, <c>w₂</c>.</param>
    public static ComposedFlow Compose(Motion step, ComposedFlow rest)
    {
        var flow = Of(step);
        for (var y = 0; y < flow.Height; y++)
            ComposeRow(flow.Row(y), y, rest);
        return flow;
    }

    /// <summary>Gets the values of a row, four for each pixel.</summary>
    public Span<float> Row(int y) =>
        (_values ?? throw new ObjectDisposedException(nameof(ComposedFlow))).AsSpan(4 * y * Width, 4 * Width);

    /// <summary>Gets the motion at the pixel of a frame nearest to a place, in frame pixels.</summary>
    public (float Dx, float Dy) At(float x, float y)
    {
        var row = Row(Math.Clamp((int)y / Factor, 0, Height - 1));
        var i = 4 * Math.Clamp((int)x / Factor, 0, Width - 1);
        return (Factor * row[i], Factor * row[i + 1]);
    }

    /// <summary>Gets the fraction of a frame that neither of two flows covers: the mean of <c>1 − max(c₁, c₂)</c>.</summary>
    public static double UncoveredFraction(ComposedFlow one, ComposedFlow other)
    {
        var sum = 0.0;
        for (var y = 0; y < one.Height; y++)
        {
            var a = one.Row(y);
            var b = other.Row(y);
            var row = 0f;
            for (var i = 2; i < a.Length; i += 4)
                row += 1 - Math.Max(a[i], b[i]);
            sum += row;
        }

        return sum / (one.Width * (double)one.Height);
    }

    public ComposedFlow Copy()
    {
        ComposedFlow copy = new(Width, Height, Factor);
        for (var y = 0; y < Height; y++)
            Row(y).CopyTo(copy.Row(y));
        return copy;
    }

    public void Dispose()
    {
        var values = Interlocked.Exchange(ref _values, null);
        if (values is not null)
            ArrayPool<float>.Shared.Return(values);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FillRow(Motion step, int y, bool trustAll, Span<float> row)
    {
        var width = step.Backward.Width;
        var vectors = step.Backward.Vectors.AsSpan(2 * y * width, 2 * width);
        var confidence = step.Confidence.AsSpan(y * width, width);
        ref var target = ref MemoryMarshal.GetReference(row);
        for (var x = 0; x < width; x++)
        {
            // NaN and huge vectors are read as no motion, so that no address is computed from them.
            var (dx, dy) = (vectors[2 * x], vectors[2 * x + 1]);
            var trust = trustAll && confidence[x] > 0 ? 1 : confidence[x];
            var values = FlowVector.IsKnown(dx, dy) ? Vector128.Create(dx, dy, trust, 0) : Vector128<float>.Zero;
            values.StoreUnsafe(ref target, (nuint)(4 * x));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ComposeRow(Span<float> row, int y, ComposedFlow rest)
    {
        ref var source = ref MemoryMarshal.GetReference(rest.Row(0));
        ref var target = ref MemoryMarshal.GetReference(row);
        var (lastX, lastY) = (rest.Width - 1, rest.Height - 1);
        for (var x = 0; x <= lastX; x++)
        {
            var step = Vector128.LoadUnsafe(ref target, (nuint)(4 * x));
            var (atX, atY) = (x + step.ToScalar(), y + step.GetElement(1));
            var inside = atX >= 0 && atY >= 0 && atX <= lastX && atY <= lastY;
            var (sx, sy) = (Math.Clamp(atX, 0, lastX), Math.Clamp(atY, 0, lastY));
            var (ix, iy) = ((int)sx, (int)sy);
            var (right, down) = (ix < lastX ? 4 : 0, iy < lastY ? 4 * rest.Width : 0);
            ref var corner = ref Unsafe.Add(ref source, 4 * (iy * rest.Width + ix));
            var (a, b) = (Vector128.LoadUnsafe(ref corner), Vector128.LoadUnsafe(ref corner, (nuint)right));
            var (c, d) = (Vector128.LoadUnsafe(ref corner, (nuint)down), Vector128.LoadUnsafe(ref corner, (nuint)(down + right)));
            var (top, bottom) = (a + (sx - ix) * (b - a), c + (sx - ix) * (d - c));
            var following = top + (sy - iy) * (bottom - top);
            var confidence = inside ? step.GetElement(2) * following.GetElement(2) : 0;
            (step + following).WithElement(2, confidence).StoreUnsafe(ref target, (nuint)(4 * x));
        }
    }
}
