using VideoStyle.Core.Media;
using VideoStyle.Core.MotionEstimation;
using VideoStyle.Core.Stylizers;

namespace VideoStyle.Core.Compositing;

/// <summary>Holds the painting steady: each frame is painted over what the frame before left, moved along.</summary>
/// <remarks>
/// <para>
/// The state is <c>z_t = (1 − κM) S(x_t) + κM W(z_{t−1})</c> with the confidence <c>M</c> of <see cref="Motion"/>,
/// the kept share <c>κ</c> of <see cref="BlendOptions.BlendWeight"/> and warping <c>W</c> along the backward flow by cubic convolution
/// (<see cref="CubicKernel"/>); Ruder, Dosovitskiy and Brox (2016) use the same masked warp as the initial value of an
/// optimisation.
/// </para>
/// <para>
/// What is shown is <see cref="AdaptiveUnsharpMask"/>'s sharpening of <c>z_t</c>, behind the loop, where overshoot cannot build up.
/// </para>
/// </remarks>
public sealed class TemporalBlend : IDisposable
{
    private readonly BlendOptions _options;
    private readonly AdaptiveUnsharpMask _detail = new();
    private StylizedFrame? _state;

    /// <summary>Creates a blend that remembers nothing.</summary>
    /// <param name="options">How paint is held.</param>
    public TemporalBlend(BlendOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.BlendWeight is not (>= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(options), options.BlendWeight, "The blend weight must be at least 0 and below 1.");
        _options = options;
    }

    /// <summary>Blends the next painting with what is remembered and remembers the result.</summary>
    /// <param name="painting">What the network painted for frame <c>t</c>; kept by the caller and not changed.</param>
    /// <param name="motion">How frame <c>t</c> moved on from frame <c>t − 1</c>; null for a first frame.</param>
    /// <param name="shown">Receives the finished picture; of the painting's size.</param>
    public void Next(StylizedFrame painting, Motion? motion, Frame shown)
    {
        ArgumentNullException.ThrowIfNull(painting);
        Next(painting, motion, shown, GradientEnergyOf(painting));
    }

    /// <summary>Measures the gradient energy of a painting's luma.</summary>
    /// <param name="painting">The painting.</param>
    public double GradientEnergyOf(StylizedFrame painting)
    {
        ArgumentNullException.ThrowIfNull(painting);
        return _options.Sharpen ? _detail.Energy(painting) : 0;
    }

    /// <summary>The same with a painting that may be put together row by row, and the gradient energy that is shown (<see cref="GradientEnergyOf"/>).</summary>
    internal void Next(IRowSource painting, Motion? motion, Frame shown, double detail)
    {
        ArgumentNullException.ThrowIfNull(shown);
        if (_options.BlendWeight == 0 && painting is StylizedFrame whole)
        {
            whole.RoundTo(shown);
            return;
        }

        StylizedFrame blend = new(painting.Width, painting.Height);
        try
        {
            if (_state is null || motion is null or { IsCut: true })
            {
                Copy(painting, blend);
                _detail.Reset();
                blend.RoundTo(shown);
            }
            else
            {
                Blend(painting, _state, motion, blend, shown, detail);
            }
        }
        catch
        {
            blend.Dispose();
            throw;
        }

        if (_options.BlendWeight == 0)
            blend.Dispose();
        else
            Remember(blend);
    }

    /// <summary>Copies what is remembered.</summary>
    /// <returns>Null where nothing is remembered, or nothing of it is used.</returns>
    public BlendState? Save() =>
        _state is null ? null : new BlendState(_state.Width, _state.Height, _state.Values.ToArray(), _detail.Gain);

    /// <summary>Goes on from what another blend remembered.</summary>
    /// <param name="state">What <see cref="Save"/> returned.</param>
    public void Restore(BlendState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        StylizedFrame painting = new(state.Width, state.Height);
        state.Values.CopyTo(painting.Values);
        Remember(painting);
        _detail.Gain = state.Gain;
    }

    /// <inheritdoc />
    public void Dispose() => _state?.Dispose();

    private void Blend(IRowSource painting, StylizedFrame state, Motion motion, StylizedFrame blend, Frame shown, double detail)
    {
        using Plane kept = new(blend.Width, blend.Height);
        using (var path = ComposedFlow.Of(motion))
        using (WarpMap grid = new(path, _options.BlendWeight, trustAll: !_options.UseConfidence))
            FrameWarp.Blend(painting, state, grid, _options.CubicWarp, blend, kept);
        if (_options.Sharpen)
            _detail.Show(blend, kept, detail, shown);
        else
            blend.RoundTo(shown);
    }

    private static void Copy(IRowSource painting, StylizedFrame copy) => Rows.For(copy.Height, (first, last) =>
    {
        using var rows = painting.Open();
        for (var y = first; y < last; y++)
            rows.Read(y).CopyTo(copy.Row(y));
    });

    private void Remember(StylizedFrame painting)
    {
        _state?.Dispose();
        _state = painting;
    }
}
