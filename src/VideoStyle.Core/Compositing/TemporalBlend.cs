using VideoStyle.Core.Media;
using VideoStyle.Core.MotionEstimation;
using VideoStyle.Core.Stylizers;

namespace VideoStyle.Core.Compositing;

/// <summary>Removes flicker: blends each stylized frame with the previous blended frame, warped along the motion.</summary>
/// <remarks>
/// <para>
/// The state is <c>z_t = (1 − αM) S(x_t) + αM W(z_{t−1})</c> with the stylized frame <c>S(x_t)</c>, the confidence <c>M</c> of <see cref="Motion"/>,
/// the blend weight <c>α</c> of <see cref="BlendOptions.BlendWeight"/> and the warp <c>W</c> along the backward flow, by cubic convolution
/// (<see cref="CubicKernel"/>). Ruder, Dosovitskiy and Brox (2016) initialize an optimization with the same masked warp.
/// </para>
/// <para>
/// Where the style of a place changes, as <see cref="Frame.StyleWeights"/> of the outputs say, <c>M</c> is lowered: its old paint is let go
/// within a few frames (<see cref="StyleChange"/>).
/// </para>
/// <para>
/// The output is <c>z_t</c> sharpened by <see cref="AdaptiveUnsharpMask"/>, outside the recursion, so that overshoot cannot accumulate.
/// </para>
/// </remarks>
public sealed class TemporalBlend : IDisposable
{
    private readonly BlendOptions _options;
    private readonly AdaptiveUnsharpMask _sharpening = new();
    private StylizedFrame? _state;

    // The weights of the styles that the state was painted with.
    private StyleWeights? _painted;

    /// <summary>Creates a blend without a previous frame.</summary>
    /// <param name="options">The settings.</param>
    public TemporalBlend(BlendOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.BlendWeight is not (>= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(options), options.BlendWeight, "The blend weight must be at least 0 and below 1.");
        _options = options;
    }

    /// <summary>Blends the next stylized frame with the previous blended frame.</summary>
    /// <param name="stylized">Stylized frame <c>t</c>; kept by the caller and not changed.</param>
    /// <param name="motion">The motion from frame <c>t − 1</c> to <c>t</c>; null for a first frame.</param>
    /// <param name="output">Receives the finished frame; of the same size. Its <see cref="Frame.StyleWeights"/> are those of frame <c>t</c>.</param>
    public void Next(StylizedFrame stylized, Motion? motion, Frame output)
    {
        ArgumentNullException.ThrowIfNull(stylized);
        Next(stylized, motion, output, GradientEnergyOf(stylized));
    }

    /// <summary>Measures the gradient energy of a frame's luma; null without sharpening.</summary>
    /// <param name="stylized">The stylized frame.</param>
    internal TileMap? GradientEnergyOf(StylizedFrame stylized) => _options.Sharpen ? _sharpening.Energy(stylized) : null;

    /// <summary>Blends a frame that may be computed row by row, and sharpens the result to a gradient energy (<see cref="GradientEnergyOf"/>).</summary>
    internal void Next(IRowSource stylized, Motion? motion, Frame output, TileMap? energy)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (_options.BlendWeight == 0 && stylized is StylizedFrame whole)
        {
            whole.RoundTo(output);
            return;
        }

        StylizedFrame blend = new(stylized.Width, stylized.Height);
        try
        {
            if (_state is null || motion is null or { IsCut: true })
            {
                Copy(stylized, blend);
                _sharpening.Reset();
                _painted = output.StyleWeights;
                blend.RoundTo(output);
            }
            else
            {
                Blend(stylized, _state, motion, blend, output, energy);
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
            SetState(blend);
    }

    /// <summary>Copies the state.</summary>
    /// <returns>The state, or null before the first frame or with a blend weight of 0.</returns>
    public BlendState? Save() =>
        _state is null ? null : new BlendState(_state.Width, _state.Height, _state.Values.ToArray(), _sharpening.Gain?.Values) { Painted = _painted };

    /// <summary>Continues from the state of another blend.</summary>
    /// <param name="state">What <see cref="Save"/> returned.</param>
    public void Restore(BlendState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        StylizedFrame stylized = new(state.Width, state.Height);
        state.Values.CopyTo(stylized.Values);
        SetState(stylized);
        _sharpening.Gain = state.Gains is { } gains ? TileMap.For(state.Width, state.Height) with { Values = gains } : null;
        _painted = state.Painted;
    }

    /// <inheritdoc />
    public void Dispose() => _state?.Dispose();

    private void Blend(IRowSource stylized, StylizedFrame state, Motion motion, StylizedFrame blend, Frame output, TileMap? energy)
    {
        using Plane weights = new(blend.Width, blend.Height);
        using var flow = ComposedFlow.Of(motion, trustAll: !_options.UseConfidence);
        _painted = StyleChange.Follow(flow, _options.BlendWeight, output.StyleWeights, _painted);
        using (WarpMap map = new(flow, _options.BlendWeight))
            FrameWarp.Blend(stylized, state, map, _options.CubicWarp, blend, weights);

        if (energy is not null)
            _sharpening.Sharpen(blend, weights, energy, flow, output);
        else
            blend.RoundTo(output);
    }

    private static void Copy(IRowSource stylized, StylizedFrame copy) => Rows.For(copy.Height, (first, last) =>
    {
        using var rows = stylized.Open();
        for (var y = first; y < last; y++)
            rows.Read(y).CopyTo(copy.Row(y));
    });

    private void SetState(StylizedFrame stylized)
    {
        _state?.Dispose();
        _state = stylized;
    }
}
