using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using VideoStyle.Core.Media;
using VideoStyle.Core.MotionEstimation;
using VideoStyle.Core.Stylizers;

namespace VideoStyle.Core.Compositing;

/// <summary>Sharpens a blended frame to the gradient energy of the stylized frame, everywhere.</summary>
/// <remarks>
/// Ours. The luma is sharpened by an unsharp mask, <c>y = z + g h</c> with <c>h = αM (z − G_σ ∗ z)</c> and σ = 1.5 px. Where the blend
/// weight <c>αM</c> is 0, no sharpness was lost and none is added. The same value is added to R, G and B, which preserves hue. The gain <c>g</c>
/// is solved for each tile of each frame, so that the gradient energy of the output (Sobel's) equals that of the stylized frame,
/// <c>Σ|∂z|² + 2g Σ∂z·∂h + g² Σ|∂h|² = Σ|∂S|²</c>: what moves loses more than what stands. The held paint of a blurred object is softened likewise. The gain is smoothed along the motion, so that sharpness does not pulse.
/// </remarks>
internal sealed class AdaptiveUnsharpMask
{
    /// <summary>The step towards the solved gain at each frame, 0–1.</summary>
    private const float Smoothing = 0.9f;

    /// <summary>The minimum gain: held paint that is sharper than the new one is softened, by half of its finest detail at most.</summary>
    private const float MinGain = -0.5f;

    /// <summary>The maximum gain. Larger ones cause halos; they occur only where hardly any detail is left.</summary>
    private const float MaxGain = 2f;

    /// <summary>The square of one fixed-point unit. Energies below it are rounding errors.</summary>
    private const double MinEnergy = 1;

    private static readonly GaussianBlur Mask = new(1.5);

    private readonly GradientEnergy _energy = new();

    /// <summary>Gets or sets the gains of the last frame, null where a new shot begins.</summary>
    public TileMap? Gain { get; set; }

    /// <summary>Forgets the gains, at the beginning of a shot.</summary>
    public void Reset() => Gain = null;

    /// <summary>Measures the gradient energy of a frame's luma.</summary>
    /// <returns>The sums of the squared magnitudes of Sobel's gradient over the measured rows of each tile.</returns>
    public TileMap Energy(StylizedFrame frame)
    {
        _energy.Begin(frame.Width, frame.Height);
        Rows.For(frame.Height, (first, last) =>
        {
            var stride = Plane.StrideFor(frame.Width);
            var rows = ArrayPool<float>.Shared.Rent(3 * stride);
            for (var y = first; y < last; y++)
                if (GradientEnergy.Measures(y, frame.Height))
                    _energy.Add(y, frame.Width, Around(frame, y, rows, stride));
            ArrayPool<float>.Shared.Return(rows);
        });
        return _energy.Sum().AA;
    }

    /// <summary>Sharpens a blended frame to a gradient energy and rounds it.</summary>
    /// <param name="blend">The blended frame; not changed.</param>
    /// <param name="weights">The blend weight <c>αM</c> of each pixel, 0–1; overwritten with the detail <c>h</c>.</param>
    /// <param name="energy">The gradient energy of the stylized frame (<see cref="Energy"/>).</param>
    /// <param name="flow">The flow to the frame before, in the motion's reduced pixels.</param>
    /// <param name="output">Receives the sharpened frame.</param>
    public void Sharpen(StylizedFrame blend, Plane weights, TileMap energy, ComposedFlow flow, Frame output)
    {
        _energy.Begin(blend.Width, blend.Height);
        Rows.For(blend.Height, (first, last) => Separate(blend, weights, first, last));
        var gain = Gain = Smooth(SolveGains(energy), flow);
        Rows.For(blend.Height, (first, last) =>
        {
            var added = ArrayPool<short>.Shared.Rent(Plane.RoundUp(blend.Width));
            for (var y = first; y < last; y++)
            {
                Scale(ref weights.Pixel(y), gain, y, ref MemoryMarshal.GetArrayDataReference(added), blend.Width);
                blend.RoundRow(y, added, output);
            }

            ArrayPool<short>.Shared.Return(added);
        });
    }

    private TileMap SolveGains(TileMap energy)
    {
        var (a, b, c) = _energy.Sum();
        var gains = energy.Empty();
        for (var i = 0; i < gains.Values.Length; i++)
            gains.Values[i] = SolveGain(a.Values[i], b.Values[i], c.Values[i], energy.Values[i]);
        return gains;
    }

    private TileMap Smooth(TileMap gains, ComposedFlow flow)
    {
        if (Gain is not { } before)
            return gains;
        return gains.Fill((x, y) =>
        {
            var (dx, dy) = flow.At(x, y);
            var last = before.At(x + dx, y + dy);
            return last + Smoothing * (gains.At(x, y) - last);
        });
    }

    // The positive root of the energy equation, or the gain of minimum error where there is no root.
    private static float SolveGain(double a, double b, double c, double energy)
    {
        if (c <= MinEnergy)
            return 0; // no detail: a uniform image stays as it is
        var root = Math.Sqrt(Math.Max(0, b * b - c * (a - energy)));
        return (float)Math.Clamp((root - b) / c, MinGain, MaxGain);
    }

    // Computes the detail of a band and measures it while it is in the cache.
    private void Separate(StylizedFrame blend, Plane weights, int first, int last)
    {
        var stride = weights.Stride;
        var rows = ArrayPool<float>.Shared.Rent(3 * stride);
        Mask.Run(blend.Width, blend.Height, first, last,
            (y, row) => LumaRows.Read(blend, y, row),
            (y, low) =>
            {
                LumaRows.Read(blend, y, rows);
                Plane.WeightDifference(ref rows[Plane.Margin], ref MemoryMarshal.GetReference(low), ref weights.Pixel(y), low.Length);
            });
        for (var y = first; y < last; y++)
            if (GradientEnergy.Measures(y, blend.Height))
                _energy.Add(y, blend.Width, Around(blend, y, rows, stride), new(weights.Row(y - 1), weights.Row(y), weights.Row(y + 1)));
        ArrayPool<float>.Shared.Return(rows);
    }

    private static GradientEnergy.Neighborhood Around(StylizedFrame frame, int y, float[] rows, int stride)
    {
        for (var k = 0; k < 3; k++)
            LumaRows.Read(frame, y - 1 + k, rows.AsSpan(k * stride, stride));
        return new(rows.AsSpan(0, stride), rows.AsSpan(stride, stride), rows.AsSpan(2 * stride, stride));
    }

    // Between the centres of two tiles, which lie a multiple of a vector's length apart, the gain is linear.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scale(ref float detail, TileMap gains, int y, ref short added, int width)
    {
        var indices = Vector512.ConvertToSingle(Vector512<int>.Indices);
        var last = gains.At(0, y);
        for (var x = 0; x < width; x += Vector512<float>.Count)
        {
            var first = last;
            last = gains.At(x + Vector512<float>.Count, y);
            var gain = Vector512.Create(first) + (last - first) / Vector512<float>.Count * indices;
            var scaled = Vector512.ConvertToInt32Native(Vector512.Round(gain * Vector512.LoadUnsafe(ref detail, (nuint)x)));
            Vector512.Narrow(scaled, scaled).GetLower().StoreUnsafe(ref added, (nuint)x);
        }
    }
}
