using VideoStyle.Networks.Loss;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Training;

/// <summary>The style statistics that a network is trained, or an image optimized, to reproduce.</summary>
/// <remarks>
/// For each layer, with features f over pixels, mean m and covariance C of the style image, the shifted form is
/// <c>|E[(f − m)(f − m)ᵀ] − C|²/|C|² + ½ |E[f] − m|²/tr C</c>, and the plain one <c>|E[f fᵀ] − G|²/|G|²</c> with
/// <c>G = C + m mᵀ</c> (Gatys, Ecker and Bethge, 2015, eq. 3, made relative so that the same weights suit every style image and
/// every layer). Several style images are mixed by averaging their statistics, after the style interpolation of Gatys et al.,
/// "Controlling Perceptual Factors in Neural Style Transfer", 2017.
/// </remarks>
internal sealed class StyleTarget : IDisposable
{
    private readonly Layer[] _layers;

    private StyleTarget(Layer[] layers) => _layers = layers;

    /// <summary>Measures style images.</summary>
    /// <param name="network">Computes the features.</param>
    /// <param name="styleImages">Images, <c>[1, 3, H, W]</c>, 0–1, each with a weight above 0.</param>
    public static StyleTarget Measure(LossNetwork network, IReadOnlyList<(Tensor Image, double Weight)> styleImages)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(styleImages);
        return Measure(image => network.Features(image), styleImages);
    }

    /// <summary>Measures style images by the features of a function, which returns all layers.</summary>
    internal static StyleTarget Measure(Func<Tensor, Tensor[]> featuresOf, IReadOnlyList<(Tensor Image, double Weight)> styleImages)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var total = styleImages.Sum(p => p.Weight);
        var layers = new List<(Tensor Mean, Tensor Covariance)>();
        foreach (var (image, weight) in styleImages)
        {
            var features = featuresOf(image);
            for (var i = 0; i < features.Length; i++)
            {
                var mean = GramStatistics.Of(features[i]).Mean;
                var shift = mean.select(0, 0);
                // In the dtype of the loss: a rounding error that both share cancels.
                var covariance = GramStatistics.Of(features[i], shift).Gram * (weight / total);
                mean *= weight / total;
                if (i == layers.Count)
                    layers.Add((mean, covariance));
                else
                    layers[i] = (layers[i].Mean + mean, layers[i].Covariance + covariance);
            }
        }

        return new StyleTarget([.. layers.Select(l => new Layer(l.Mean.select(0, 0), l.Covariance.select(0, 0)))]);
    }

    /// <summary>The style loss of one layer, averaged over the batch.</summary>
    /// <param name="features">Features of one layer, <c>[N, C, H, W]</c>.</param>
    /// <param name="layer">Counted from 0.</param>
    /// <param name="kind">The statistics to compare.</param>
    /// <returns>A scalar, 0 where they agree.</returns>
    public Tensor Distance(Tensor features, int layer, GramKind kind)
    {
        ArgumentNullException.ThrowIfNull(features);
        var (gram, mean) = Statistics(features, layer, kind);
        return Distance(gram, mean, layer, kind);
    }

    /// <summary>The statistics that <see cref="Distance(Tensor, Tensor, int, GramKind)"/> compares, as means over the pixels: those of tiles add up.</summary>
    internal (Tensor Gram, Tensor Mean) Statistics(Tensor features, int layer, GramKind kind) =>
        GramStatistics.Of(features, kind == GramKind.Plain ? null : _layers[layer].Mean);

    /// <summary>The style loss of given statistics, averaged over the batch.</summary>
    internal Tensor Distance(Tensor gram, Tensor mean, int layer, GramKind kind)
    {
        var target = _layers[layer];
        double count = gram.size(0);
        if (kind == GramKind.Plain)
            return (gram - target.Gram).pow(2).sum() * (1 / (target.GramSquare * count));

        var spread = (gram - target.Covariance).pow(2).sum() * (1 / (target.CovarianceSquare * count));
        return spread + mean.pow(2).sum() * (0.5 / (target.Trace * count));
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var layer in _layers)
            layer.Dispose();
    }

    private sealed class Layer : IDisposable
    {
        internal Layer(Tensor mean, Tensor covariance)
        {
            using var scope = NewDisposeScope();
            Mean = mean.clone().DetachFromDisposeScope();
            Covariance = covariance.clone().DetachFromDisposeScope();
            Gram = (covariance + mean.unsqueeze(1) * mean.unsqueeze(0)).DetachFromDisposeScope();
            CovarianceSquare = covariance.pow(2).sum().ToDouble();
            GramSquare = Gram.pow(2).sum().ToDouble();
            var channels = mean.size(0);
            var values = covariance.ToArray<double>();
            for (var i = 0L; i < channels; i++)
                Trace += values[i * channels + i];
        }

        internal Tensor Mean { get; }

        internal Tensor Covariance { get; }

        internal Tensor Gram { get; }

        internal double CovarianceSquare { get; }

        internal double GramSquare { get; }

        internal double Trace { get; }

        public void Dispose()
        {
            Mean.Dispose();
            Covariance.Dispose();
            Gram.Dispose();
        }
    }
}
