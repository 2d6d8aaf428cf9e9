namespace VideoStyle.Networks.Arbitrary;

/// <summary>The styles of one frame: how strong, in which shares, and where.</summary>
/// <remarks>
/// Features are mixed as Huang and Belongie, 2017, eq. 15, mix them: <c>(1 − α) f + α Σ wₖ Tₖ(f)</c>, where <c>Tₖ</c> brings features to
/// style k, <c>α</c> is the strength, and the shares <c>wₖ</c> may differ from place to place.
/// </remarks>
public sealed class StyleField
{
    private readonly IReadOnlyList<(StyleStatistics Style, double Share, Tensor? Map)> _parts;

    /// <summary>Takes styles; they and the maps are kept by the caller.</summary>
    /// <param name="parts">At least one; the shares, times the maps where there are any, <c>[1, 1, H, W]</c> of the frame's size, add up to 1.</param>
    /// <param name="strength">From 0, the frame as it is, to 1.</param>
    public StyleField(IReadOnlyList<(StyleStatistics Style, double Share, Tensor? Map)> parts, double strength)
    {
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentOutOfRangeException.ThrowIfZero(parts.Count, nameof(parts));
        (_parts, Strength) = (parts, strength);
    }

    /// <summary>Takes one style for the whole frame.</summary>
    public StyleField(StyleStatistics style, double strength = 1)
        : this([(style, 1, null)], strength) { }

    /// <summary>Gets how much of the features is of the style, 0–1.</summary>
    public double Strength { get; }

    /// <summary>Turns what is missing to the full strength into a share of another style: the frame's own, as a rule.</summary>
    /// <param name="own">Kept by the caller.</param>
    /// <returns>A field of full strength.</returns>
    public StyleField FilledUpWith(StyleStatistics own) =>
        new([.. _parts.Select(p => (p.Style, p.Share * Strength, p.Map)), (own, 1 - Strength, null)], strength: 1);

    /// <summary>Brings features to the styles.</summary>
    /// <param name="features"><c>[1, C, H, W]</c>; kept by the caller.</param>
    /// <param name="transfer">Brings them to one style; the result has their shape and may be another kind of number.</param>
    public Tensor Transfer(Tensor features, Func<StyleStatistics, Tensor> transfer)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(transfer);
        var mixed = Sum(features, transfer);
        return Strength == 1 ? mixed : features * (1 - Strength) + mixed * Strength;
    }

    /// <summary>Mixes one of the statistics, for what is not brought to a style but steered by it.</summary>
    /// <param name="index">Which of the tensors, of a shape that spreads over features.</param>
    /// <param name="features"><c>[1, C, H, W]</c>, for the size of the maps.</param>
    public Tensor Blend(int index, Tensor features) => Sum(features, style => style[index]);

    private Tensor Sum(Tensor features, Func<StyleStatistics, Tensor> valueOf)
    {
        Tensor? sum = null;
        foreach (var (style, share, map) in _parts)
        {
            var value = valueOf(style);
            if (map is not null)
                value *= F.adaptive_avg_pool2d(map, [features.size(2), features.size(3)]).to(value.dtype);
            if (share != 1)
                value *= share;
            sum = sum is null ? value : sum + value;
        }

        return sum!;
    }
}
