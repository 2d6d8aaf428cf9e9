using VideoStyle.Core.Errors;
using VideoStyle.Networks.Loss;

namespace VideoStyle.Training;

/// <summary>The weights of the losses; all losses are relative, so that the same weights suit every style image.</summary>
public sealed record LossWeights
{
    /// <summary>Gets the weight of the content loss at relu3_1, from 0; 1.5 by default.</summary>
    public double Content { get; init; } = 1.5;

    /// <summary>Gets the weights of the style loss at relu1_1, relu2_1, relu3_1 and relu4_1, from 0, one of them above; 3, 2, 1 and 1 by default.</summary>
    public IReadOnlyList<double> Style { get; init; } = [3, 2, 1, 1];

    /// <summary>Gets the weight of the color loss, from 0: how far the distribution of colors is from the style image's; 5 by default.</summary>
    public double Color { get; init; } = 5;

    /// <summary>Gets the weight of the share of the texture that repeats with the network's stride where the content is flat, from 0; 5 by default.</summary>
    public double Lattice { get; init; } = 5;

    /// <summary>Gets the weight of the total variation, from 0; 0.2 by default.</summary>
    public double TotalVariation { get; init; } = 0.2;

    /// <summary>Gets the weight of the temporal loss under motion, noise and change of brightness, from 0, which skips it and saves time; 80 by default.</summary>
    public double Temporal { get; init; } = 80;

    /// <summary>Gets the weights of Park and Lee, 2019, for <c>sanet</c>: content at relu4_1 and relu5_1, style at relu1_1 to relu5_1.</summary>
    public static LossWeights Sanet { get; } = new() { Content = 1, Style = [3, 3, 3, 3, 3], Color = 0, Lattice = 0, TotalVariation = 0, Temporal = 40 };

    /// <summary>Checks every range.</summary>
    /// <param name="layers">The number of layers of the style loss.</param>
    /// <exception cref="VideoStyleException">A weight is negative or not finite, or there are not as many style weights as layers (Usage).</exception>
    internal void Validate(int layers = LossNetwork.Layers)
    {
        if (Style.Count != layers)
            throw new VideoStyleException(ErrorKind.Usage, $"Style needs {layers} weights, one for each layer, not {Style.Count}.");
        if (Style.Concat([Content, Color, Lattice, TotalVariation, Temporal]).Any(w => w < 0 || !double.IsFinite(w)) || Style.Sum() == 0)
            throw new VideoStyleException(ErrorKind.Usage, "The weights of the losses are numbers from 0 on, and one of Style is above 0.");
    }
}
