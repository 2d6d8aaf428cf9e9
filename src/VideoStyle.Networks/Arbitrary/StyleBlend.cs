namespace VideoStyle.Networks.Arbitrary;

/// <summary>The styles of one frame: their weights, maps and strength.</summary>
/// <remarks>
/// Style interpolation of Huang and Belongie, 2017, eq. 15: <c>(1 − α) f + α Σ wₖ Tₖ(f)</c>, where <c>Tₖ</c> transfers style k to the
/// features f, <c>α</c> is the strength, and the weights <c>wₖ</c> may differ from place to place (their section 7.2).
/// </remarks>
public sealed class StyleBlend
{
    private readonly IReadOnlyList<(StyleStatistics Style, double Weight, Tensor? Map)> _styles;

    /// <summary>Combines styles.</summary>
    /// <param name="styles">At least one, owned by the caller; the weights, times the maps where there are any, <c>[1, 1, H, W]</c> of the frame's size, add up to 1.</param>
    /// <param name="strength">From 0, the unchanged frame, to 1.</param>
    public StyleBlend(IReadOnlyList<(StyleStatistics Style, double Weight, Tensor? Map)> styles, double strength)
    {
        ArgumentNullException.ThrowIfNull(styles);
        ArgumentOutOfRangeException.ThrowIfZero(styles.Count, nameof(styles));
        (_styles, Strength) = (styles, strength);
    }

    /// <summary>One style for the whole frame.</summary>
    public StyleBlend(StyleStatistics style, double strength = 1)
        : this([(style, 1, null)], strength) { }

    /// <summary>Gets the style strength α, 0–1.</summary>
    public double Strength { get; }

    /// <summary>Replaces a strength below 1 by a weight of another style, usually the frame's own.</summary>
    /// <param name="own">Owned by the caller.</param>
    /// <returns>A blend of strength 1.</returns>
    public StyleBlend FillWith(StyleStatistics own) =>
        new([.. _styles.Select(s => (s.Style, s.Weight * Strength, s.Map)), (own, 1 - Strength, null)], strength: 1);

    /// <summary>Transfers the styles to features.</summary>
    /// <param name="features"><c>[1, C, H, W]</c>; owned by the caller.</param>
    /// <param name="transfer">Transfers one style; the result has the features' shape and may have another dtype.</param>
    public Tensor Transfer(Tensor features, Func<StyleStatistics, Tensor> transfer)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(transfer);
        var mixed = Sum(features, transfer);
        return Strength == 1 ? mixed : features * (1 - Strength) + mixed * Strength;
    }

    /// <summary>Interpolates one of the statistics, for layers that a style modulates.</summary>
    /// <param name="index">The index of the statistic, which broadcasts over features.</param>
    /// <param name="features"><c>[1, C, H, W]</c>, for the size of the maps.</param>
    public Tensor Interpolate(int index, Tensor features) => Sum(features, style => style[index]);

    private Tensor Sum(Tensor features, Func<StyleStatistics, Tensor> valueOf)
    {
        Tensor? sum = null;
        foreach (var (style, weight, map) in _styles)
        {
            var value = valueOf(style);
            if (map is not null)
                value *= F.adaptive_avg_pool2d(map, [features.size(2), features.size(3)]).to(value.dtype);
            if (weight != 1)
                value *= weight;
            sum = sum is null ? value : sum + value;
        }

        return sum!;
    }
}
