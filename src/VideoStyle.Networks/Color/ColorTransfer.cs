using VideoStyle.Networks.Loss;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Networks.Color;

/// <summary>Color preservation: matches a style image to the colours of the content, or keeps the content's chroma.</summary>
/// <remarks>Gatys, Bethge, Hertzmann and Shechtman, "Preserving Color in Neural Artistic Style Transfer", 2016.</remarks>
internal static class ColorTransfer
{
    private const double MinVariance = 1e-5; // a level of bytes is 1.5e-5

    /// <summary>The luminance of images in all three channels.</summary>
    /// <param name="image"><c>[1, 3, H, W]</c>, 0–1.</param>
    internal static Tensor Grayscale(Tensor image)
    {
        ArgumentNullException.ThrowIfNull(image);
        var y = Losses.Luminance(image);
        return cat([y, y, y], 1);
    }

    /// <summary>A style image in grayscale, with mean and standard deviation of the content's luminance (section 3, luminance-only transfer).</summary>
    /// <param name="style"><c>[1, 3, H, W]</c>, 0–1.</param>
    /// <param name="content">The content image, of any size.</param>
    internal static Tensor MatchLuminance(Tensor style, Tensor content)
    {
        var (y, towards) = (Losses.Luminance(style), Losses.Luminance(content));
        var (mean, target) = (y.mean().ToDouble(), towards.mean().ToDouble());
        var gain = Math.Sqrt((towards - target).pow(2).mean().ToDouble() / Math.Max(MinVariance, (y - mean).pow(2).mean().ToDouble()));
        y = ((y - mean) * gain + target).clamp(0, 1);
        return cat([y, y, y], 1);
    }

    /// <summary>The luminance of a stylized image with the chroma (I and Q) of the content.</summary>
    /// <param name="stylized"><c>[1, 3, H, W]</c>, 0–1.</param>
    /// <param name="content">The content image, of the same size.</param>
    internal static Tensor KeepChroma(Tensor stylized, Tensor content)
    {
        ArgumentNullException.ThrowIfNull(content);
        // The same step in red, green and blue changes Y alone.
        return (content + (Losses.Luminance(stylized) - Losses.Luminance(content))).clamp(0, 1);
    }

    /// <summary>Linear color transfer: a style image with the mean and the covariance of the content's colours.</summary>
    /// <param name="style"><c>[1, 3, H, W]</c>, 0–1.</param>
    /// <param name="content">The content image, of any size.</param>
    /// <remarks>Section 4, eq. 3, with the symmetric roots of eq. 5: <c>A = C^½ S^−½</c>.</remarks>
    internal static Tensor MatchColors(Tensor style, Tensor content)
    {
        var (from, to) = (Measure(style), Measure(content));
        var a = to.Covariance.Power(0.5).Times(from.Covariance.Power(-0.5));
        var map = HostTensor.From<double>(a.Values, 3, 3).to(ScalarType.Float32);
        var (height, width) = (style.size(2), style.size(3));
        var centred = (style - HostTensor.From<double>(from.Mean, 1, 3, 1, 1).to(ScalarType.Float32)).reshape(3, height * width);
        var matched = map.mm(centred).reshape(1, 3, height, width) + HostTensor.From<double>(to.Mean, 1, 3, 1, 1).to(ScalarType.Float32);
        return matched.clamp(0, 1);
    }

    /// <summary>Measures the colours of an image.</summary>
    /// <param name="image"><c>[1, 3, H, W]</c>, 0–1.</param>
    /// <returns>The mean of red, green and blue, and their covariance, with a little added to each variance so that its powers exist.</returns>
    internal static (double[] Mean, SymmetricMatrix3 Covariance) Measure(Tensor image)
    {
        var (gram, _) = GramStatistics.Of(image, image.mean([2, 3]).select(0, 0));
        var covariance = gram.ToArray<double>();
        for (var i = 0; i < 9; i += 4)
            covariance[i] += MinVariance;
        return (image.mean([2, 3]).ToArray<double>(), new SymmetricMatrix3(covariance));
    }
}
