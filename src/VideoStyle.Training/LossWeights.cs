using VideoStyle.Core.Errors;
using VideoStyle.Networks.Loss;

namespace VideoStyle.Training;

/// <summary>How much each loss counts; all losses are relative, so that the same weights suit every painting.</summary>
public sealed record LossWeights
{
    /// <summary>Gets the weight of the content, at relu3_1.</summary>
    public double Content { get; init; } = 1.5;

    /// <summary>Gets the weights of the style at relu1_1, relu2_1, relu3_1 and relu4_1.</summary>
    public IReadOnlyList<double> Style { get; init; } = [3, 2, 1, 1];

    /// <summary>Gets the weight of the total variation.</summary>
    public double TotalVariation { get; init; } = 0.2;

    /// <summary>Gets the weight of the steadiness under motion, noise and change of brightness; 0 leaves it out and saves time.</summary>
    public double Temporal { get; init; } = 80;

    /// <summary>Gets the weights of Park and Lee, 2019, for <c>sanet</c>: content at relu4_1 and relu5_1, style at relu1_1 to relu5_1.</summary>
    public static LossWeights Sanet { get; } = new() { Content = 1, Style = [3, 3, 3, 3, 3], TotalVariation = 0, Temporal = 40 };

    /// <summary>Checks every range.</summary>
    /// <param name="layers">How many layers style is compared at.</param>
    /// <exception cref="VideoStyleException">A weight is negative or not finite, or there are not as many style weights as layers (Usage).</exception>
    internal void Validate(int layers = LossNetwork.Layers)
    {
        if (Style.Count != layers)
            throw new VideoStyleException(ErrorKind.Usage, $"Style needs {layers} weights, one a layer, not {Style.Count}.");
        if (Style.Append(Content).Append(TotalVariation).Append(Temporal).Any(w => w < 0 || !double.IsFinite(w)) || Style.Sum() == 0)
            throw new VideoStyleException(ErrorKind.Usage, "The weights of the losses are numbers from 0 on, and style has one above 0.");
    }
}
