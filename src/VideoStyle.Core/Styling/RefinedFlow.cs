using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using VideoStyle.Core.Flow;
using VideoStyle.Core.Media;

namespace VideoStyle.Core.Styling;

/// <summary>Another estimator's flow after steps of Lucas and Kanade's, with a liking for slow motion.</summary>
/// <remarks>
/// <para>
/// Each vector becomes the one that explains its neighbourhood best, a Gaussian window of σ = 5 px:
/// <c>v = (Σ ggᵀ + εI)⁻¹ Σ (ggᵀw − ge)</c>, with the gradient <c>g</c>, the vectors <c>w</c> so far and the error <c>e</c>
/// they leave (Lucas and Kanade, 1981). Texture decides, so its motion spreads to what has none close by.
/// </para>
/// <para>
/// <c>ε</c> says that where nothing is to be seen, nothing moves: the prior by which Weiss, Simoncelli and Adelson (Nature
/// Neuroscience, 2002) explain what people see. In a sky or on a wall an estimator's vectors are guesses that change
/// from frame to frame, and the network, which sees no texture either, paints strokes that stay where they are. To drag them
/// after guesses blurs and unsettles them.
/// </para>
/// <para>
/// Ours: where the rough vectors explain the picture better, small things that turn and edges of motion, they stay: their share
/// is <c>1 − exp(−max(0, d) / n²)</c> with <c>d</c>, the local mean of the squared error that refining added, and the noise <c>n</c>.
/// </para>
/// </remarks>
public sealed class RefinedFlow : IFlowEstimator
{
    /// <summary>ε, in (steps of grey for each pixel)²: texture weaker than that is taken for noise.</summary>
    private const float SlowPrior = 1;

    /// <summary>n², in (steps of grey)².</summary>
    private const float Noise = 9;

    private static readonly GaussianBlur Window = new(5);
    private static readonly GaussianBlur Vicinity = new(2);

    private readonly IFlowEstimator _rough;
    private readonly int _steps;

    /// <summary>Creates an estimator that owns the one it refines.</summary>
    /// <param name="rough">What estimates the flow at first; disposed with this.</param>
    /// <param name="steps">How often it is refined, at least 1: the second and third take another tenth off the warping error.</param>
    public RefinedFlow(IFlowEstimator rough, int steps = 1)
    {
        ArgumentNullException.ThrowIfNull(rough);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        (_rough, _steps) = (rough, steps);
    }

    /// <inheritdoc />
    public string Description => _rough.Description + string.Create(CultureInfo.InvariantCulture, $", refined (Lucas-Kanade, sigma 5, slow prior {SlowPrior}, {_steps} steps)");

    /// <inheritdoc />
    public FlowField Estimate(LumaImage source, LumaImage target)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        var flow = _rough.Estimate(source, target);
        var refined = new FlowField(flow.Width, flow.Height, FlowBuffers.Rent(flow.Vectors.Length));
        flow.Vectors.CopyTo(refined.Vectors, 0);
        for (var step = 0; step < _steps; step++)
            Refine(source, target, refined);
        Choose(source, target, flow, refined);
        FlowBuffers.Return(flow.Vectors);
        return refined;
    }

    /// <inheritdoc />
    public void Dispose() => _rough.Dispose();

    private static void Refine(LumaImage source, LumaImage target, FlowField flow)
    {
        var (width, height) = (flow.Width, flow.Height);
        using Plane xx = new(width, height), xy = new(width, height), yy = new(width, height), x = new(width, height), y = new(width, height);
        Multiply(source, target, flow, xx, xy, yy, x, y);
        foreach (var plane in (ReadOnlySpan<Plane>)[xx, xy, yy, x, y])
            Window.Run(width, height, 0, height, (row, line) => plane.Row(row).CopyTo(line), (row, mean) => mean.CopyTo(plane.Row(row)[Plane.Margin..]));
        for (var row = 0; row < height; row++)
            Solve(flow.Vectors.AsSpan(2 * row * width, 2 * width), ref xx.Pixel(row), ref xy.Pixel(row), ref yy.Pixel(row), ref x.Pixel(row), ref y.Pixel(row));
    }

    // ggᵀ, and ggᵀw − ge, of each pixel; g is that of the mean of the picture and the one moved onto it.
    private static void Multiply(LumaImage source, LumaImage target, FlowField flow, Plane xx, Plane xy, Plane yy, Plane x, Plane y)
    {
        var (width, height) = (flow.Width, flow.Height);
        using Plane mean = new(width, height), error = new(width, height), across = new(width, height), down = new(width, height);
        for (var row = 0; row < height; row++)
        {
            Compare(source, target, flow, row, mean.Row(row)[Plane.Margin..], error.Row(row)[Plane.Margin..], across.Row(row)[Plane.Margin..], down.Row(row)[Plane.Margin..]);
            Plane.Continue(mean.Row(row), width);
        }

        for (var row = 0; row < height; row++)
        {
            GradientEnergy.Neighbourhood around = new(mean.Row(Math.Max(row - 1, 0)), mean.Row(row), mean.Row(Math.Min(row + 1, height - 1)));
            MultiplyRow(around, ref error.Pixel(row), ref across.Pixel(row), ref down.Pixel(row),
                ref xx.Pixel(row), ref xy.Pixel(row), ref yy.Pixel(row), ref x.Pixel(row), ref y.Pixel(row), width);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Compare(LumaImage source, LumaImage target, FlowField flow, int y, Span<float> mean, Span<float> error, Span<float> across, Span<float> down)
    {
        var vectors = Row(flow, y);
        var pixels = source.Pixels.AsSpan(y * flow.Width, flow.Width);
        for (var x = 0; x < vectors.Length; x++)
        {
            var w = FlowVector.IsKnown(vectors[x].X, vectors[x].Y) ? vectors[x] : Vector2.Zero;
            float at = pixels[x];
            var there = Read(target, w, x, y, at);
            (mean[x], error[x], across[x], down[x]) = (0.5f * (at + there), there - at, w.X, w.Y);
        }
    }

    // Of what lies outside of the other picture nothing is known, so that it contradicts nothing.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Read(LumaImage target, Vector2 w, int x, int y, float otherwise)
    {
        var (sx, sy) = (x + w.X, y + w.Y);
        return sx >= 0 && sy >= 0 && sx <= target.Width - 1 && sy <= target.Height - 1 ? target.Sample(sx, sy) : otherwise;
    }

    // Puts rough vectors back where they explain the picture better.
    private static void Choose(LumaImage source, LumaImage target, FlowField rough, FlowField refined)
    {
        var (width, height) = (rough.Width, rough.Height);
        Vicinity.Run(width, height, 0, height,
            (y, line) => Excess(source, target, rough, refined, y, line[Plane.Margin..]),
            (y, excess) => Mix(Row(rough, y), Row(refined, y), excess));
    }

    private static Span<Vector2> Row(FlowField flow, int y) => MemoryMarshal.Cast<float, Vector2>(flow.Vectors.AsSpan()).Slice(y * flow.Width, flow.Width);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Excess(LumaImage source, LumaImage target, FlowField rough, FlowField refined, int y, Span<float> excess)
    {
        var before = Row(rough, y);
        var after = Row(refined, y);
        var pixels = source.Pixels.AsSpan(y * source.Width, source.Width);
        for (var x = 0; x < pixels.Length; x++)
        {
            float at = pixels[x];
            var (a, b) = (Read(target, before[x], x, y, at) - at, Read(target, after[x], x, y, at) - at);
            excess[x] = b * b - a * a;
        }
    }

    private static void Mix(Span<Vector2> rough, Span<Vector2> refined, Span<float> excess)
    {
        for (var x = 0; x < rough.Length; x++)
            if (excess[x] > 0 && FlowVector.IsKnown(rough[x].X, rough[x].Y))
                refined[x] += (1 - MathF.Exp(-excess[x] / Noise)) * (rough[x] - refined[x]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyRow(
        GradientEnergy.Neighbourhood around, ref float error, ref float across, ref float down,
        ref float xx, ref float xy, ref float yy, ref float x, ref float y, int width)
    {
        for (var i = 0; i < width; i += 16)
        {
            var (gx, gy) = around.Sobel(i);
            (gx, gy) = (gx * 0.125f, gy * 0.125f); // Sobel's weights add up to 8
            // ggᵀw − ge = g (g·w − e)
            var along = gx * Vector512.LoadUnsafe(ref across, (nuint)i) + gy * Vector512.LoadUnsafe(ref down, (nuint)i) - Vector512.LoadUnsafe(ref error, (nuint)i);
            (gx * gx).StoreUnsafe(ref xx, (nuint)i);
            (gx * gy).StoreUnsafe(ref xy, (nuint)i);
            (gy * gy).StoreUnsafe(ref yy, (nuint)i);
            (gx * along).StoreUnsafe(ref x, (nuint)i);
            (gy * along).StoreUnsafe(ref y, (nuint)i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Solve(Span<float> vectors, ref float xx, ref float xy, ref float yy, ref float x, ref float y)
    {
        for (var i = 0; i < vectors.Length / 2; i++)
        {
            var (a, b, c) = (Unsafe.Add(ref xx, i) + SlowPrior, Unsafe.Add(ref xy, i), Unsafe.Add(ref yy, i) + SlowPrior);
            var (p, q) = (Unsafe.Add(ref x, i), Unsafe.Add(ref y, i));
            var scale = 1 / (a * c - b * b);
            (vectors[2 * i], vectors[2 * i + 1]) = (scale * (c * p - b * q), scale * (a * q - b * p));
        }
    }
}
