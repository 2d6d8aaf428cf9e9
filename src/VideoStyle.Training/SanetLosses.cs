using VideoStyle.Networks.Arbitrary;

namespace VideoStyle.Training;

/// <summary>The losses of SANet, each relative, so that the same weights suit every encoder and every painting.</summary>
/// <remarks>
/// Park and Lee, "Arbitrary Style Transfer with Style-Attentional Networks", 2019, eq. 5–8. Features are those of all layers, relu1_1 to
/// relu5_1, as <see cref="SanetNetwork.Features"/> gives them; the second ones are constants.
/// </remarks>
internal static class SanetLosses
{
    private const int FirstOfContent = 3;
    private const double Least = 1e-12;

    /// <summary>How far content moved: the mean square of the difference of normalised features, at relu4_1 and relu5_1 (eq. 6).</summary>
    internal static Tensor Content(Tensor[] painted, Tensor[] original) =>
        Sum(Enumerable.Range(FirstOfContent, 2).Select(i => MeanSquare(FeatureStatistics.Normalise(painted[i]) - FeatureStatistics.Normalise(original[i]))));

    /// <summary>How far mean and deviation of each channel are from the style's, of the mean square of both, with a weight for each layer (eq. 7).</summary>
    internal static Tensor Style(Tensor[] painted, Tensor[] style, IReadOnlyList<double> weights) =>
        Sum(painted.Select((features, i) =>
        {
            var (mean, deviation) = FeatureStatistics.Of(features);
            var (styleMean, styleDeviation) = FeatureStatistics.Of(style[i]);
            var scale = (MeanSquare(styleMean) + MeanSquare(styleDeviation)).ToDouble();
            return (MeanSquare(mean - styleMean) + MeanSquare(deviation - styleDeviation)) * (weights[i] / Math.Max(Least, scale));
        }));

    /// <summary>How far features are from those of the same picture, of their mean square, over all layers (the second part of eq. 8).</summary>
    internal static Tensor Features(Tensor[] painted, Tensor[] original) =>
        Sum(painted.Select((features, i) => MeanSquare(features - original[i]) * (1 / Math.Max(Least, MeanSquare(original[i]).ToDouble()))));

    /// <summary>How far a picture is from itself, pixel by pixel (the first part of eq. 8).</summary>
    internal static Tensor Pixels(Tensor painted, Tensor original) => MeanSquare(painted - original);

    private static Tensor MeanSquare(Tensor difference) => difference.pow(2).mean();

    private static Tensor Sum(IEnumerable<Tensor> terms) => terms.Aggregate((a, b) => a + b);
}
