using VideoStyle.Networks;
using VideoStyle.Networks.Loss;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Metrics.Perceptual;

/// <summary>The style, content and feature distances of pictures by VGG-19, for <see cref="PerceptualMeter"/>.</summary>
/// <remarks>
/// Pictures are reduced to a shorter side of 256 pixels first, so that figures do not depend on the resolution more than
/// style does. Style: Gatys, Ecker and Bethge, 2015, eq. 4, with Gram matrices divided by their number of pixels, as the
/// painting may have another size: <c>1/(4 N²) Σ (G − A)²</c>. Content: <see cref="Losses.Content"/> at relu3_1.
/// </remarks>
public sealed class VggDistances : IDisposable
{
    private const int ShorterSide = 256;
    private static readonly string[] LayerNames = ["relu1_1", "relu2_1", "relu3_1", "relu4_1"];

    private readonly LossNetwork _network;
    private readonly Tensor[]? _style;
    private readonly bool _hasPerFrame;

    /// <summary>Loads the network and measures the painting.</summary>
    /// <param name="weights">A file that <see cref="LossNetwork.Load"/> reads.</param>
    /// <param name="styleImage">The painting that the outputs are after, or null.</param>
    /// <param name="hasPerFrame">Whether the last picture is the per-frame rendering.</param>
    /// <exception cref="Core.Errors.VideoStyleException">A file is missing or damaged.</exception>
    public VggDistances(string weights, string? styleImage, bool hasPerFrame)
    {
        _network = LossNetwork.Load(weights, CPU, ScalarType.Float32);
        _hasPerFrame = hasPerFrame;
        if (styleImage is null)
            return;
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        _style = [.. _network.Features(Pixels.ReadStyleImage(styleImage, ShorterSide, crop: 0)).Select(features => GramStatistics.Of(features).Gram.DetachFromDisposeScope())];
    }

    /// <summary>Makes the meter; this object must outlive it.</summary>
    /// <param name="name">How reports name the network: its file.</param>
    public PerceptualMeter ToMeter(string name)
    {
        List<LeftOutReport> leftOut = [];
        if (_style is null)
            leftOut.Add(new("style distance", "no style picture was given"));
        if (!_hasPerFrame)
            leftOut.Add(new("feature distance to per frame", "no per-frame rendering was given"));
        return new PerceptualMeter($"VGG-19 ({name}), shorter side {ShorterSide}", leftOut, (pictures, _) => Measure(pictures));
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _network.Dispose();
        foreach (var gram in _style ?? [])
            gram.Dispose();
    }

    private List<IReadOnlyDictionary<string, double>> Measure(IReadOnlyList<PictureView> pictures)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var features = pictures.Select(picture => _network.Features(ToTensor(picture))).ToList();
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
            result[$"style.{LayerNames[layer]}"] = difference.pow(2).sum().ToDouble() / (4 * channels * channels);
        }

        result["style"] = LayerNames.Sum(layer => result[$"style.{layer}"]);
        return result;
    }

    private static Tensor ToTensor(PictureView picture)
    {
        var scale = Math.Min(1.0, (double)ShorterSide / Math.Min(picture.Width, picture.Height));
        var rgb = HostTensor.From<byte>(picture.Rgb.Span, 1, picture.Height, picture.Width, 3).permute(0, 3, 1, 2).to(ScalarType.Float32).contiguous() * (1.0 / 255);
        return scale == 1
            ? rgb
            : Sampling.Resize(rgb, Math.Max(8, (long)Math.Round(picture.Height * scale)), Math.Max(8, (long)Math.Round(picture.Width * scale)));
    }
}
