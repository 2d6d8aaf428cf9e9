using VideoStyle.Networks.Arbitrary;
using VideoStyle.Networks.Loss;
using VideoStyle.Training;

namespace VideoStyle.Judging;

/// <summary>Scores stylized images against one style image.</summary>
/// <remarks>
/// The features are those of a VGG-19 up to relu5_1, best of the distilled one with a quarter of the channels: another network than the
/// one that styles are trained with, and a layer deeper, so that a style does not score by having learned the judge.
/// </remarks>
internal sealed class StyleMeter : IDisposable
{
    private const int Scales = 4;
    private const int MinPositions = 8; // a covariance of fewer says nothing
    private const int Period = 8; // what every network here repeats with; half and a quarter of it are multiples of its frequency

    // relu3_1 of the five layers.
    private const int ContentLayer = 2;
    private static readonly int[] Layers = [0, 2, VggEncoder.ToRelu31 - 1, VggEncoder.ToRelu41 - 1, VggEncoder.ToRelu51 - 1];

    private readonly ConvolutionChain _encoder;
    private readonly StyleTarget[] _style;
    private readonly ColorDistribution _colors;
    private readonly double _weave;

    /// <summary>Measures a style image.</summary>
    /// <param name="encoder">VGG-19 up to relu5_1, in float; owned by the caller.</param>
    /// <param name="styleImage"><c>[1, 3, H, W]</c> in 0–1, of about the size of the photos, at least 128 pixels high and wide.</param>
    internal StyleMeter(ConvolutionChain encoder, Tensor styleImage)
    {
        _encoder = encoder;
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        _style = [.. Enumerable.Range(0, Scales).Select(s => StyleTarget.Measure(Features, [(MultiScaleStyle.Halve(styleImage, s), 1)]))];
        _colors = ColorDistribution.Measure([(styleImage, 1)]);
        _weave = Math.Max(1e-3, LatticePattern.Share(styleImage, Period)!.ToDouble());
    }

    /// <summary>Scores a stylized image.</summary>
    /// <param name="stylized"><c>[1, 3, H, W]</c> in 0–1, at least 128 pixels high and wide.</param>
    /// <param name="photo">What it was made from, of the same size.</param>
    /// <param name="isPortrait">Whether the photo shows a face.</param>
    internal StyleScore Score(Tensor stylized, Tensor photo, bool isPortrait)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var sizes = Enumerable.Range(0, Scales).Select(s => Distance(stylized, s)).ToList();
        var content = Losses.Content(Features(stylized)[ContentLayer], Features(photo)[ContentLayer]).ToDouble();
        return new StyleScore(sizes.Average(), sizes, content, LatticePattern.Share(stylized, Period, photo) is { } share ? share.ToDouble() / _weave : null, _colors.Distance(stylized).ToDouble(), isPortrait ? content : null);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Array.ForEach(_style, s => s.Dispose());
        _colors.Dispose();
    }

    // By the logarithm, since a layer of which the style image has little is easily tens of times too far. Near zero, ln(1 + d) is d.
    private double Distance(Tensor stylized, int scale) =>
        Features(MultiScaleStyle.Halve(stylized, scale)).Select((f, layer) => Math.Log(1 + _style[scale].Distance(f, layer, GramKind.Shifted).ToDouble())).Average();

    /// <summary>The features of an image, as deep as they have positions to compare.</summary>
    private Tensor[] Features(Tensor rgb)
    {
        var depth = Enumerable.Range(0, Layers.Length).Count(l => l == 0 || Math.Min(rgb.size(2), rgb.size(3)) >> l >= MinPositions);
        var features = new List<Tensor>();
        _encoder.Run(rgb, Keep, Layers[depth - 1] + 1);
        return [.. features];

        void Keep(int layer, Tensor x)
        {
            if (Layers.Contains(layer))
                features.Add(x.clone()); // the chain disposes its own
        }
    }
}
