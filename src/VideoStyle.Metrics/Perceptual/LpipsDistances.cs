using VideoStyle.Core.Errors;
using VideoStyle.Metrics.Frames;
using VideoStyle.Torch.Files;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Metrics.Perceptual;

/// <summary>LPIPS v0.1 over AlexNet, and TecoGAN's tLP from it.</summary>
/// <remarks>
/// Zhang et al., "The Unreasonable Effectiveness of Deep Features as a Perceptual Metric", 2018: features of the five
/// convolutions, scaled to unit length at each pixel; squared differences weighted by channel, averaged over the pixels
/// and summed. LPIPS is taken to the per-frame rendering, as Lai et al., 2018, do; tLP is
/// <c>100 |LPIPS(y_{t−1}, y_t) − LPIPS(g_{t−1}, g_t)|</c> with the source for y. Images keep their size.
/// </remarks>
public sealed class LpipsDistances : IDisposable
{
    private static readonly (string Name, long[] Shape, int Stride, int Padding, bool Pool)[] Convolutions =
    [
        ("features.0", [64, 3, 11, 11], 4, 2, false),
        ("features.3", [192, 64, 5, 5], 1, 2, true),
        ("features.6", [384, 192, 3, 3], 1, 1, true),
        ("features.8", [256, 384, 3, 3], 1, 1, false),
        ("features.10", [256, 256, 3, 3], 1, 1, false),
    ];

    /// <summary>The minimum side that all five convolutions and two reductions fit into.</summary>
    private const int MinSide = 63;

    private readonly List<(Tensor Weight, Tensor Bias, Tensor Head)> _layers = [];
    private readonly Tensor _shift = Channel(-0.030, -0.088, -0.188);
    private readonly Tensor _factor = Channel(1 / 0.458, 1 / 0.448, 1 / 0.450);
    private readonly bool _hasPerFrame;

    private LpipsDistances(bool hasPerFrame) => _hasPerFrame = hasPerFrame;

    /// <summary>Reads the weights.</summary>
    /// <param name="backbone">torchvision's AlexNet, <c>.pth</c>.</param>
    /// <param name="heads">The linear heads of LPIPS v0.1 for AlexNet, <c>alex.pth</c>.</param>
    /// <param name="hasPerFrame">Whether the last image is the per-frame rendering.</param>
    /// <exception cref="VideoStyleException">A file is missing, damaged or of another network (Model).</exception>
    public static LpipsDistances Load(string backbone, string heads, bool hasPerFrame)
    {
        var (network, linear) = (TensorFile.Read(backbone), TensorFile.Read(heads));
        LpipsDistances result = new(hasPerFrame);
        try
        {
            for (var i = 0; i < Convolutions.Length; i++)
            {
                var (name, shape, _, _, _) = Convolutions[i];
                result._layers.Add((
                    Read(network, $"{name}.weight", shape, "AlexNet"),
                    Read(network, $"{name}.bias", [shape[0]], "AlexNet"),
                    Read(linear, $"lin{i}.model.1.weight", [1, shape[0], 1, 1], "set of LPIPS heads for AlexNet")));
            }

            return result;
        }
        catch
        {
            result.Dispose();
            throw;
        }
    }

    /// <summary>Computes LPIPS of two images of one size.</summary>
    /// <param name="a">An image, at least 63 pixels on each side.</param>
    /// <param name="b">Another one.</param>
    /// <returns>0 for equal images.</returns>
    /// <exception cref="VideoStyleException">The images are too small (Input).</exception>
    public double Distance(ImageView a, ImageView b)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        return Distance(Features(a), Features(b));
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var (weight, bias, head) in _layers)
        {
            weight.Dispose();
            bias.Dispose();
            head.Dispose();
        }

        _shift.Dispose();
        _factor.Dispose();
    }

    /// <summary>Measures one frame of every clip; not to be called from two threads at once.</summary>
    /// <param name="images">The frame of each clip, the source's first.</param>
    /// <param name="previous">The frames before in the same shot, or null, which leaves tLP out.</param>
    /// <returns>The distances of each clip by name, empty for the source.</returns>
    public IReadOnlyList<IReadOnlyDictionary<string, double>> Measure(IReadOnlyList<ImageView> images, IReadOnlyList<ImageView>? previous)
    {
        ArgumentNullException.ThrowIfNull(images);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var features = images.Select(Features).ToList();
        var steps = previous?.Select((image, clip) => Distance(Features(image), features[clip])).ToList();
        List<IReadOnlyDictionary<string, double>> result = [];
        for (var clip = 0; clip < images.Count; clip++)
        {
            Dictionary<string, double> distances = new(StringComparer.Ordinal);
            if (clip > 0 && _hasPerFrame && clip < images.Count - 1)
                distances["LPIPS to per frame"] = Distance(features[clip], features[^1]);
            if (clip > 0 && steps is not null)
                distances["tLP"] = 100 * Math.Abs(steps[0] - steps[clip]);
            result.Add(distances);
        }

        return result;
    }

    private double Distance(Tensor[] a, Tensor[] b) =>
        a.Select((features, layer) => ((features - b[layer]).pow(2) * _layers[layer].Head).sum().ToDouble() / (features.size(2) * features.size(3))).Sum();

    /// <summary>The features of each layer, of unit length at each pixel.</summary>
    private Tensor[] Features(ImageView image)
    {
        if (Math.Min(image.Width, image.Height) < MinSide)
            throw new VideoStyleException(ErrorKind.Input, $"LPIPS needs clips of at least {MinSide} pixels on each side, these are {image.Width}x{image.Height}.");
        var features = new Tensor[_layers.Count];
        var rgb = HostTensor.From<byte>(image.Rgb.Span, 1, image.Height, image.Width, 3).permute(0, 3, 1, 2).to(ScalarType.Float32).contiguous();
        var x = (rgb * (2.0 / 255) - 1 - _shift) * _factor;
        for (var i = 0; i < features.Length; i++)
        {
            if (Convolutions[i].Pool)
                x = F.max_pool2d(x, 3, 2);
            x = F.relu(F.conv2d(x, _layers[i].Weight, _layers[i].Bias, strides: [Convolutions[i].Stride, Convolutions[i].Stride], padding: [Convolutions[i].Padding, Convolutions[i].Padding]));
            // The mean over one dimension times its size is the sum over it.
            var length = (x.pow(2).mean([1]).unsqueeze(1) * x.size(1)).sqrt();
            features[i] = x / (length + 1e-10);
        }

        return features;
    }

    private static Tensor Read(TensorFile file, string name, long[] shape, string what)
    {
        if (!file.Tensors.TryGetValue(name, out var tensor) || !tensor.Shape.SequenceEqual(shape))
            throw new VideoStyleException(ErrorKind.Model, $"{file.Path}: is no {what}: '{name}' is missing or not [{string.Join(", ", shape)}].");
        using var scope = NewDisposeScope();
        return tensor.ToTensor().to(ScalarType.Float32).contiguous().DetachFromDisposeScope();
    }

    private static Tensor Channel(params double[] values)
    {
        using var scope = NewDisposeScope();
        return HostTensor.From<double>(values, 1, 3, 1, 1).to(ScalarType.Float32).DetachFromDisposeScope();
    }
}
