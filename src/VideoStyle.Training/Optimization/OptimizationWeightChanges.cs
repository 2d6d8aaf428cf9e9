using VideoStyle.Core.Options;

namespace VideoStyle.Training.Optimization;

/// <summary>Weights of the losses that replace the defaults of an optimization; null keeps a default.</summary>
public sealed record OptimizationWeightChanges
{
    /// <summary>Gets the weight of the content loss, from 0.</summary>
    [Option("content-weight", "The weight of the content loss. Default: 0.4.", ValueName = "W")]
    public double? Content { get; init; }

    /// <summary>Gets the weights of the style loss, one for each layer, from 0.</summary>
    [Option("style-weights", "The weights of the style loss at relu1_1, relu2_1, relu3_1 and relu4_1. Default: 1,1,1,1.", ValueName = "W,W,W,W")]
    public IReadOnlyList<double>? Style { get; init; }

    /// <summary>Gets the weight of the total variation, from 0.</summary>
    [Option("tv-weight", "The weight of the total variation. Default: 0.1.", ValueName = "W")]
    public double? TotalVariation { get; init; }

    /// <summary>Gets the weight of the temporal loss, from 0.</summary>
    [Option("temporal-weight", "In a video: the weight of the temporal loss, which holds each frame to the ones before. Default: 80.", ValueName = "W")]
    public double? Temporal { get; init; }

    internal LossWeights Apply(LossWeights weights) =>
        new LossWeightChanges { Content = Content, Style = Style, TotalVariation = TotalVariation, Temporal = Temporal }.Apply(weights);
}
