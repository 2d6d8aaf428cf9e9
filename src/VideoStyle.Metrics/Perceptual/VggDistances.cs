using VideoStyle.Metrics.Frames;
using VideoStyle.Networks;
using VideoStyle.Networks.Loss;
using VideoStyle.Torch.Runtime;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Metrics.Perceptual;

/// <summary>The style, content and feature distances of images by VGG-19.</summary>
/// <remarks>
/// Images are reduced to a shorter side of 256 pixels first, so that figures depend less on the resolution. Style: Gatys,
/// Ecker and Bethge, 2015, eq. 4, with Gram matrices divided by their number of pixels, as the style image may have another
/// size: <c>1/(4 N²) Σ (G − A)²</c>. Content: <see cref="Losses.Content"/> at relu3_1.
/// </remarks>
public sealed class VggDistances : IDisposable
{
    /// <summary>The shorter side that images are reduced to, in pixels.</summary>
    internal const int ShorterSide = 256;

    private readonly LossNetwork _network;
    private readonly Tensor[]? _style;
    private readonly bool _hasPerFrame;

    /// <summary>Loads the network and measures the style image.</summary>
    /// <param name="weights">A file that <see cref="LossNetwork.Load"/> reads.</param>
    /// <param name="styleImage">The style image, or null.</param>
    /// <param name="hasPerFrame">Whether the last image is the per-frame rendering.</param>
    /// <exception cref="Core.Errors.VideoStyleException">A file is missing or damaged.</exception>
    public VggDistances(string weights, string? styleImage, bool hasPerFrame)
    {
        TorchRuntime.Load(); // before TorchSharp would look for its libraries by itself
        _network = LossNetwork.Load(weights, CPU, ScalarType.Float32);
        _hasPerFrame = hasPerFrame;
        if (styleImage is null)
            return;
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        _style = [.. _network.Features(Pixels.ReadStyleImage(styleImage, ShorterSide, crop: 0)).Select(features => GramStatistics.Of(features).Gram.DetachFromDisposeScope())];
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _network.Dispose();
        foreach (var gram in _style ?? [])
            gram.Dispose();
    }

    /// <summary>Measures one frame of every clip; not to be called from two threads at once.</summary>
    /// <param name="images">The frame of each clip, the source's first.</param>
    /// <returns>The distances of each clip by name, empty for the source.</returns>
    public IReadOnlyList<IReadOnlyDictionary<string, double>> Measure(IReadOnlyList<ImageView> images)
    {
        ArgumentNullException.ThrowIfNull(images);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var features = images.Select(image => _network.Features(ToTensor(image))).ToList();
        List<IReadOnlyDictionary<string, double>> distances = [new Dictionary<string, double>(StringComparer.Ordinal)];
        for (var clip = 1; clip < features.Count; clip++)
            distances.Add(Measure(features[clip], features[0], _hasPerFrame && clip < features.Count - 1 ? features[^1] : null));
        return distances;
    }

    private Dictionary<string, double> Measure(Tensor[] own, Tensor[] source, Tensor[]? perFrame)
    {
        Dictionary<string, double> result = new(StringComparer.Ordinal)
        {
            ["content"] = Losses.Content(own[LossNetwork.ContentLayer], source[LossNetwork.ContentLayer]).ToDouble(),
        };
        if (perFrame is not null)
            result["features to per frame"] = own.Zip(perFrame, (a, b) => Losses.Content(a, b).ToDouble()).Average();
        if (_style is null)
            return result;
        for (var layer = 0; layer < own.Length; layer++)
        {
            double channels = own[layer].size(1);
            var difference = GramStatistics.Of(own[layer]).Gram - _style[layer];
            result[$"style.{VggMetric.LayerNames[layer]}"] = difference.pow(2).sum().ToDouble() / (4 * channels * channels);
        }

        result["style"] = VggMetric.LayerNames.Sum(layer => result[$"style.{layer}"]);
        return result;
    }

    private static Tensor ToTensor(ImageView image)
    {
        var scale = Math.Min(1.0, (double)ShorterSide / Math.Min(image.Width, image.Height));
        var rgb = HostTensor.From<byte>(image.Rgb.Span, 1, image.Height, image.Width, 3).permute(0, 3, 1, 2).to(ScalarType.Float32).contiguous() * (1.0 / 255);
        return scale == 1
            ? rgb
            : Sampling.Resize(rgb, Math.Max(8, (long)Math.Round(image.Height * scale)), Math.Max(8, (long)Math.Round(image.Width * scale)));
    }
}
