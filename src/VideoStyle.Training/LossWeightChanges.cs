using VideoStyle.Core.Options;

namespace VideoStyle.Training;

/// <summary>Weights of the losses that replace the defaults; null keeps a default.</summary>
public sealed record LossWeightChanges
{
    /// <summary>Gets the weight of the content loss, from 0.</summary>
    [Option("content-weight", "The weight of the content loss. Default: 1.5, of sanet 1.", ValueName = "W")]
    public double? Content { get; init; }

    /// <summary>Gets the weights of the style loss, one for each layer, from 0.</summary>
    [Option("style-weights", "The weights of the style loss at relu1_1, relu2_1, relu3_1, relu4_1 and, of sanet, relu5_1. Default: 3,2,1,1, of sanet 3,3,3,3,3.", ValueName = "W,W,W,W")]
    public IReadOnlyList<double>? Style { get; init; }

    /// <summary>Gets the weight of the color loss, from 0.</summary>
    [Option("color-weight", "The weight of the color loss, which asks for the style image's colors, rare ones too; not of sanet. Default: 5.", ValueName = "W")]
    public double? Color { get; init; }

    /// <summary>Gets the weight of the loss against texture that repeats with the network's stride, from 0.</summary>
    [Option("lattice-weight", "The weight of the loss against a weave in flat areas; not of sanet. Default: 5.", ValueName = "W")]
    public double? Lattice { get; init; }

    /// <summary>Gets the weight of the total variation, from 0.</summary>
    [Option("tv-weight", "The weight of the total variation. Default: 0.2, of sanet 0.", ValueName = "W")]
    public double? TotalVariation { get; init; }

    /// <summary>Gets the weight of the temporal loss, from 0.</summary>
    [Option("temporal-weight", "The weight of the temporal loss; 0 leaves it out. Default: 80, of sanet 40.", ValueName = "W")]
    public double? Temporal { get; init; }

    internal LossWeights Apply(LossWeights weights) =>
        weights with
        {
            Content = Content ?? weights.Content,
            Style = Style ?? weights.Style,
            Color = Color ?? weights.Color,
            Lattice = Lattice ?? weights.Lattice,
            TotalVariation = TotalVariation ?? weights.TotalVariation,
            Temporal = Temporal ?? weights.Temporal,
        };
}
