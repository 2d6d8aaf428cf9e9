using VideoStyle.Core.Color;
using VideoStyle.Networks.Loss;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Training.Optimization;

/// <summary>Keeps a picture's colours while it is painted.</summary>
/// <remarks>Gatys, Bethge, Hertzmann and Shechtman, "Preserving Color in Neural Artistic Style Transfer", 2016.</remarks>
public static class ColorTransfer
{
    private const double LeastVariance = 1e-5; // a level of bytes is 1.5e-5

    /// <summary>The brightness of pictures in all three channels.</summary>
    /// <param name="picture"><c>[1, 3, H, W]</c>, 0–1.</param>
    public static Tensor Grey(Tensor picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        var y = Losses.Luminance(picture);
        return cat([y, y, y], 1);
    }

    /// <summary>A style in grey, with the mean and the deviation of a picture's brightness (section 3, luminance-only transfer).</summary>
    /// <param name="style"><c>[1, 3, H, W]</c>, 0–1.</param>
    /// <param name="content">The picture, of any size.</param>
    public static Tensor MatchLuminance(Tensor style, Tensor content)
    {
        var (y, towards) = (Losses.Luminance(style), Losses.Luminance(content));
        var (mean, target) = (y.mean().ToDouble(), towards.mean().ToDouble());
        var gain = Math.Sqrt((towards - target).pow(2).mean().ToDouble() / Math.Max(LeastVariance, (y - mean).pow(2).mean().ToDouble()));
        y = ((y - mean) * gain + target).clamp(0, 1);
        return cat([y, y, y], 1);
    }

    /// <summary>The brightness of a painting with the hue and saturation (I and Q) of the picture.</summary>
    /// <param name="painted"><c>[1, 3, H, W]</c>, 0–1.</param>
    /// <param name="content">The picture, of the same size.</param>
    public static Tensor KeepChroma(Tensor painted, Tensor content)
    {
        ArgumentNullException.ThrowIfNull(content);
        // The same step in red, green and blue changes Y alone.
        return (content + (Losses.Luminance(painted) - Losses.Luminance(content))).clamp(0, 1);
    }

    /// <summary>A style with the mean and the covariance of a picture's colours.</summary>
    /// <param name="style"><c>[1, 3, H, W]</c>, 0–1.</param>
    /// <param name="content">The picture, of any size.</param>
    /// <remarks>Section 4, eq. 3, with the symmetric roots of eq. 5: <c>A = C^½ S^−½</c>.</remarks>
    public static Tensor MatchColors(Tensor style, Tensor content)
    {
        var (from, to) = (Measure(style), Measure(content));
        var a = to.Covariance.Power(0.5).Times(from.Covariance.Power(-0.5));
        var map = HostTensor.From<double>(a.Values, 3, 3).to(ScalarType.Float32);
        var (height, width) = (style.size(2), style.size(3));
        var centred = (style - HostTensor.From<double>(from.Mean, 1, 3, 1, 1).to(ScalarType.Float32)).reshape(3, height * width);
        var matched = map.mm(centred).reshape(1, 3, height, width) + HostTensor.From<double>(to.Mean, 1, 3, 1, 1).to(ScalarType.Float32);
        return matched.clamp(0, 1);
    }

    private static (double[] Mean, SymmetricMatrix3 Covariance) Measure(Tensor picture)
    {
        var (gram, _) = GramStatistics.Of(picture, picture.mean([2, 3]).select(0, 0));
        var covariance = gram.ToArray<double>();
        for (var i = 0; i < 9; i += 4)
            covariance[i] += LeastVariance;
        return (picture.mean([2, 3]).ToArray<double>(), new SymmetricMatrix3(covariance));
    }
}
