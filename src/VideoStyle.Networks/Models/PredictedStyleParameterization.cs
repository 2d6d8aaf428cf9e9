namespace VideoStyle.Networks.Models;

/// <summary>A network for arbitrary styles: a second network predicts the style-specific parameters from a style image.</summary>
/// <remarks>
/// <para>
/// Ghiasi, Lee, Kudlur, Dumoulin and Shlens, "Exploring the structure of a real-time, arbitrary neural artistic
/// stylization network", 2017. Departures: the size (1.9 million parameters in all instead of 20 million and more), and the
/// input of the prediction network: mean and standard deviation of each channel at four scales, and the mean and covariance
/// of the colours, because these are the statistics that the losses compare.
/// </para>
/// <para>The predicted style is like any trained one, so that a video costs no more than with a trained style.</para>
/// </remarks>
internal sealed class PredictedStyleParameterization : StyleParameterization
{
    /// <summary>The shorter side of style images, in pixels.</summary>
    internal const int StyleImageSize = 256;

    private const string Prefix = "predictor.";
    private const int Hidden = 256;
    private const int ColorStatistics = 9;

    // A head's weights are about a tenth of the normalization parameters: one learning rate then suits both.
    private const double HeadScale = 0.1;

    private static readonly int[] Channels = [3, 32, 64, 128, 256];

    private readonly IReadOnlyList<Tensor> _styleImages;

    /// <summary>Sets the style images to predict from.</summary>
    /// <param name="architecture">The style network.</param>
    /// <param name="styleImages"><c>[1, 3, H, W]</c>, 0–1, the shorter side <see cref="StyleImageSize"/>; owned by the caller.</param>
    internal PredictedStyleParameterization(NetworkArchitecture architecture, IReadOnlyList<Tensor> styleImages)
        : base(architecture)
    {
        _styleImages = styleImages;
        Parameters = Shapes(architecture);
    }

    internal override string Family => "predicted";

    internal override IReadOnlyDictionary<string, long[]> Parameters { get; }

    internal override bool IsTrained(string name) => name.StartsWith(Prefix, StringComparison.Ordinal) || Architecture.IsTrained(name);

    internal override IReadOnlyDictionary<string, Tensor> Weights(IReadOnlyDictionary<string, Tensor> parameters, int style)
    {
        var statistics = cat([.. Statistics(parameters, _styleImages[style])], 1);
        var hidden = F.relu(Linear(parameters, "hidden", statistics));
        var predicted = Linear(parameters, "told", hidden).reshape(-1);
        var weights = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        var at = 0L;
        foreach (var name in Architecture.Parameters.Keys)
        {
            var own = parameters[name];
            if (IsStyleSpecific(Architecture, name))
            {
                var change = predicted.narrow(0, at, own.numel()).reshape(own.shape);
                at += own.numel();
                weights[name] = own + change * (name.StartsWith(Architecture.Head, StringComparison.Ordinal) ? HeadScale : 1);
            }
            else
            {
                weights[name] = own;
            }
        }

        return weights;
    }

    /// <summary>Gets the bound of a tensor's uniform initialization; null for one that starts at zero or belongs to the style network.</summary>
    internal static double? InitialBound(string name, long[] shape)
    {
        if (!name.StartsWith(Prefix, StringComparison.Ordinal) || shape.Length == 1)
            return null;
        // He et al., "Delving Deep into Rectifiers", 2015, eq. 10, keeps the variance through the layers. The last layer starts
        // close to zero, so that training starts with the base style.
        double inputs = shape.Skip(1).Aggregate(1L, (product, size) => product * size);
        return name.StartsWith(Prefix + "told", StringComparison.Ordinal) ? 0.1 / Math.Sqrt(inputs) : Math.Sqrt(6 / inputs);
    }

    private static Tensor Linear(IReadOnlyDictionary<string, Tensor> parameters, string layer, Tensor x) =>
        x.mm(parameters[$"{Prefix}{layer}.weight"].transpose(0, 1)) + parameters[$"{Prefix}{layer}.bias"];

    /// <summary>Tells whether a tensor belongs to the network that predicts.</summary>
    internal static bool IsOfPrediction(string name) => name.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Measures a style image: mean, variances and covariances of its colours, then mean and standard deviation of the channels at each scale.</summary>
    /// <returns><c>[1, C]</c> each.</returns>
    internal static List<Tensor> Statistics(IReadOnlyDictionary<string, Tensor> parameters, Tensor styleImage)
    {
        const double Epsilon = 1e-5;
        var x = (styleImage - 0.5) * 2;
        var statistics = new List<Tensor>(ColorMoments(x));
        for (var i = 1; i < Channels.Length; i++)
        {
            x = F.relu(F.conv2d(x, parameters[$"{Prefix}conv{i}.weight"], parameters[$"{Prefix}conv{i}.bias"], strides: [2, 2], padding: [1, 1]));
            var mean = x.mean([2, 3]);
            var centred = x - mean.unsqueeze(2).unsqueeze(3);
            statistics.Add(mean);
            statistics.Add((centred.pow(2).mean([2, 3]) + Epsilon).sqrt());
        }

        return statistics;
    }

    /// <summary>The mean of red, green and blue, their variances and their three covariances, <c>[1, 3]</c> each.</summary>
    private static IEnumerable<Tensor> ColorMoments(Tensor x)
    {
        var mean = x.mean([2, 3]);
        yield return mean;
        var centred = x - mean.unsqueeze(2).unsqueeze(3);
        yield return centred.pow(2).mean([2, 3]);
        yield return (centred * cat([centred.narrow(1, 1, 2), centred.narrow(1, 0, 1)], 1)).mean([2, 3]);
    }

    private static Dictionary<string, long[]> Shapes(NetworkArchitecture architecture)
    {
        var shapes = architecture.Parameters.ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);
        for (var i = 1; i < Channels.Length; i++)
        {
            shapes[$"{Prefix}conv{i}.weight"] = [Channels[i], Channels[i - 1], 3, 3];
            shapes[$"{Prefix}conv{i}.bias"] = [Channels[i]];
        }

        AddLinear("hidden", ColorStatistics + 2 * Channels.Skip(1).Sum(), Hidden);
        AddLinear("told", Hidden, StyleSpecific(architecture).Sum(p => p.Value.Aggregate(1L, (product, size) => product * size)));
        return shapes;

        void AddLinear(string name, long input, long output)
        {
            shapes[$"{Prefix}{name}.weight"] = [output, input];
            shapes[$"{Prefix}{name}.bias"] = [output];
        }
    }
}
