using VideoStyle.Core.Errors;
using VideoStyle.Core.Pipeline;
using VideoStyle.Networks.Color;
using VideoStyle.Styles;

namespace VideoStyle.Live;

/// <summary>What can be changed while painting.</summary>
internal sealed record LiveSettings
{
    /// <summary>Gets the style.</summary>
    public required string Style { get; init; }

    /// <summary>Gets the style that is mixed in, or null.</summary>
    public string? Second { get; init; }

    /// <summary>Gets the share of the second style, 0–1.</summary>
    public double Mix { get; init; }

    /// <summary>Gets the share of the styles against the frame itself, 0–1.</summary>
    public double Strength { get; init; } = 1;

    /// <summary>Gets the size of strokes, 0.25–8 times the usual.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>Gets what is kept of the frame's colours.</summary>
    public ColorPreservation PreserveColor { get; init; }

    /// <summary>Gets how steady the painting is held.</summary>
    public CoherenceMode Coherence { get; init; } = CoherenceMode.Fast;

    /// <summary>Gets whether the picture stands still.</summary>
    public bool Freeze { get; init; }

    /// <summary>Gets where the original ends and the painting begins, as a fraction of the width from the left; null shows no original.</summary>
    public double? Split { get; init; }

    /// <summary>Begins with what was typed.</summary>
    /// <exception cref="VideoStyleException">It is more than can be changed while painting (Usage).</exception>
    public static LiveSettings From(StylerOptions options)
    {
        var style = options.Style;
        var spec = StyleSpec.Parse(style.Name);
        if (style.Mask is not null || style.Collection is not null || spec.Keys.Count > 1 || spec.Names.Count > 2)
            throw new VideoStyleException(ErrorKind.Usage, "Live takes one style, or a mix of two; no schedule, mask or collection.", "Write a.jpg:0.7,b.jpg:0.3.");
        if (style.Scale is { Lines: > 0 })
            throw new VideoStyleException(ErrorKind.Usage, "Live takes the size of strokes as a factor.", "Write 2 for twice as large.");
        var weights = spec.Keys[0].Weights;
        return new LiveSettings
        {
            Style = spec.Names[0],
            Second = spec.IsSingle ? null : spec.Names[1],
            Mix = spec.IsSingle ? 0 : weights[1] / weights.Sum(),
            Strength = style.Strength,
            Scale = style.Scale?.Factor ?? 1,
            PreserveColor = style.PreserveColor,
            Coherence = options.Mode,
        };
    }
}
