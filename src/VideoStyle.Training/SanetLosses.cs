using VideoStyle.Networks.Arbitrary;

namespace VideoStyle.Training;

/// <summary>The losses of SANet, each relative, so that the same weights suit every encoder and every style image.</summary>
/// <remarks>
/// Park and Lee, "Arbitrary Style Transfer with Style-Attentional Networks", 2019, eq. 5–8. Features are those of all layers,
/// relu1_1 to relu5_1, as <see cref="SanetNetwork.Features"/> computes them; the second argument is a constant.
/// </remarks>
internal static class SanetLosses
{
    private const int FirstContentLayer = 3;
    private const double Epsilon = 1e-12;

    /// <summary>The content loss: the mean square of the difference of normalized features, at relu4_1 and relu5_1 (eq. 6).</summary>
    internal static Tensor Content(Tensor[] stylized, Tensor[] original) =>
        Sum(Enumerable.Range(FirstContentLayer, 2).Select(i => MeanSquare(FeatureStatistics.Normalize(stylized[i]) - FeatureStatistics.Normalize(original[i]))));

    /// <summary>The style loss: the distance of mean and standard deviation of each channel, relative to their mean square, with a weight for each layer (eq. 7).</summary>
    internal static Tensor Style(Tensor[] stylized, Tensor[] style, IReadOnlyList<double> weights) =>
        Sum(stylized.Select((features, i) =>
        {
            var (mean, deviation) = FeatureStatistics.Measure(features);
            var (styleMean, styleDeviation) = FeatureStatistics.Measure(style[i]);
            var scale = (MeanSquare(styleMean) + MeanSquare(styleDeviation)).ToDouble();
            return (MeanSquare(mean - styleMean) + MeanSquare(deviation - styleDeviation)) * (weights[i] / Math.Max(Epsilon, scale));
        }));

    /// <summary>The identity loss of features, relative to their mean square, over all layers (the second part of eq. 8).</summary>
    internal static Tensor Features(Tensor[] stylized, Tensor[] original) =>
        Sum(stylized.Select((features, i) => MeanSquare(features - original[i]) * (1 / Math.Max(Epsilon, MeanSquare(original[i]).ToDouble()))));

    /// <summary>The identity loss of pixels (the first part of eq. 8).</summary>
    internal static Tensor Pixels(Tensor stylized, Tensor original) => MeanSquare(stylized - original);

    private static Tensor MeanSquare(Tensor difference) => difference.pow(2).mean();

    private static Tensor Sum(IEnumerable<Tensor> terms) => terms.Aggregate((a, b) => a + b);
}
