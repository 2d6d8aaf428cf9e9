using VideoStyle.Core.Media;

namespace VideoStyle.Core.Styling;

/// <summary>Holds the painting steady: each frame is painted over what the frame before left, moved along.</summary>
/// <remarks>
/// <para>
/// The state is <c>z_t = (1 − κM) S(x_t) + κM W(z_{t−1})</c> with the confidence <c>M</c> of <see cref="Motion"/>,
/// the kept share <c>κ</c> of <see cref="BlendOptions.Keep"/> and bilinear warping <c>W</c> along the backward flow;
/// Ruder, Dosovitskiy and Brox (2016) use the same masked warp as the initial value of an optimisation.
/// </para>
/// <para>
/// Two parts of ours keep that from softening: <see cref="StrokeKeeper"/> holds up strokes inside the loop, and what is
/// shown is <see cref="DetailRestorer"/>'s sharpening of <c>z_t</c>, behind the loop, where overshoot cannot build up.
/// </para>
/// </remarks>
public sealed class TemporalBlend : IDisposable
{
    private readonly BlendOptions _options;
    private readonly DetailRestorer _detail = new();
    private Painting? _state;

    /// <summary>Creates a blend that remembers nothing.</summary>
    /// <param name="options">How paint is held.</param>
    public TemporalBlend(BlendOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Keep is not (>= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(options), options.Keep, "Keep must be at least 0 and below 1.");
        _options = options;
    }

    /// <summary>Blends the next painting with what is remembered and remembers the result.</summary>
    /// <param name="painting">What the network painted for frame <c>t</c>; owned by the blend from here on.</param>
    /// <param name="motion">How frame <c>t</c> moved on from frame <c>t − 1</c>; null for a first frame.</param>
    /// <param name="shown">Receives the finished picture; of the painting's size.</param>
    public void Next(Painting painting, Motion? motion, Frame shown)
    {
        ArgumentNullException.ThrowIfNull(painting);
        ArgumentNullException.ThrowIfNull(shown);
        if (_state is null || motion is null or { IsCut: true } || _options.Keep == 0)
        {
            Remember(painting);
            _detail.Reset();
            painting.RoundTo(shown);
            return;
        }

        if (!_options.RestoreDetail)
        {
            PaintingWarp.BlendOnto(painting, _state, motion, _options.Keep);
            painting.RoundTo(shown);
        }
        else
        {
            var painted = _detail.Energy(painting);
            using var strokes = StrokeKeeper.Energy(painting);
            PaintingWarp.BlendOnto(painting, _state, motion, _options.Keep);
            StrokeKeeper.Restore(painting, strokes);
            _detail.Show(painting, painted, shown);
        }

        Remember(painting);
    }

    /// <summary>Copies what is remembered.</summary>
    /// <returns>Null where nothing is remembered, or nothing of it is used.</returns>
    public BlendState? Save() =>
        _state is null || _options.Keep == 0 ? null : new BlendState(_state.Width, _state.Height, _state.Values.ToArray(), _detail.Gain);

    /// <summary>Goes on from what another blend remembered.</summary>
    /// <param name="state">What <see cref="Save"/> returned.</param>
    public void Restore(BlendState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        Painting painting = new(state.Width, state.Height);
        state.Values.CopyTo(painting.Values);
        Remember(painting);
        _detail.Gain = state.Gain;
    }

    /// <inheritdoc />
    public void Dispose() => _state?.Dispose();

    private void Remember(Painting painting)
    {
        _state?.Dispose();
        _state = painting;
    }
}
