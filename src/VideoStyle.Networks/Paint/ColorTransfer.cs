using VideoStyle.Native.Torch;

namespace VideoStyle.Networks.Paint;

/// <summary>Keeps a picture's colours while it is painted.</summary>
/// <remarks>Gatys, Bethge, Hertzmann and Shechtman, "Preserving Color in Neural Artistic Style Transfer", 2016.</remarks>
public static class ColorTransfer
{
    private static readonly double[] Weights = [0.299, 0.587, 0.114]; // the Y of YIQ
    private const double LeastVariance = 1e-5; // a level of bytes is 1.5e-5

    /// <summary>The brightness of pictures in all three channels.</summary>
    /// <param name="picture"><c>[1, 3, H, W]</c>, 0–1.</param>
    public static Tensor Grey(Tensor picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        var y = Luminance(picture);
        return Tensor.Cat([y, y, y], 1);
    }

    /// <summary>A style in grey, with the mean and the deviation of a picture's brightness (section 3, luminance-only transfer).</summary>
    /// <param name="style"><c>[1, 3, H, W]</c>, 0–1.</param>
    /// <param name="content">The picture, of any size.</param>
    public static Tensor MatchLuminance(Tensor style, Tensor content)
    {
        var (y, towards) = (Luminance(style), Luminance(content));
        var (mean, target) = (y.Mean().Item(), towards.Mean().Item());
        var gain = Math.Sqrt((towards - target).Pow(2).Mean().Item() / Math.Max(LeastVariance, (y - mean).Pow(2).Mean().Item()));
        y = ((y - mean) * gain + target).Clamp(0, 1);
        return Tensor.Cat([y, y, y], 1);
    }

    /// <summary>The brightness of a painting with the hue and saturation (I and Q) of the picture.</summary>
    /// <param name="painted"><c>[1, 3, H, W]</c>, 0–1.</param>
    /// <param name="content">The picture, of the same size.</param>
    public static Tensor KeepChroma(Tensor painted, Tensor content)
    {
        ArgumentNullException.ThrowIfNull(content);
        // The same step in red, green and blue changes Y alone.
        return (content + (Luminance(painted) - Luminance(content))).Clamp(0, 1);
    }

    /// <summary>A style with the mean and the covariance of a picture's colours.</summary>
    /// <param name="style"><c>[1, 3, H, W]</c>, 0–1.</param>
    /// <param name="content">The picture, of any size.</param>
    /// <remarks>Section 4, eq. 3, with the symmetric roots of eq. 5: <c>A = C^½ S^−½</c>.</remarks>
    public static Tensor MatchColors(Tensor style, Tensor content)
    {
        var (from, to) = (Measure(style), Measure(content));
        var a = Multiply(Power(to.Covariance, 0.5), Power(from.Covariance, -0.5));
        var map = Tensor.From<double>([.. a.Cast<double>()], 3, 3).To(ScalarType.Float32);
        var (height, width) = (style.Size(2), style.Size(3));
        var centred = (style - Tensor.From<double>(from.Mean, 1, 3, 1, 1).To(ScalarType.Float32)).Reshape(3, height * width);
        var matched = map.Matmul(centred).Reshape(1, 3, height, width) + Tensor.From<double>(to.Mean, 1, 3, 1, 1).To(ScalarType.Float32);
        return matched.Clamp(0, 1);
    }

    private static Tensor Luminance(Tensor picture) =>
        picture.Narrow(1, 0, 1) * Weights[0] + picture.Narrow(1, 1, 1) * Weights[1] + picture.Narrow(1, 2, 1) * Weights[2];

    private static (double[] Mean, double[,] Covariance) Measure(Tensor picture)
    {
        var (gram, _) = Functional.Gram(picture, picture.Mean(2, 3).Select(0, 0));
        var values = gram.ToArray<double>();
        var covariance = new double[3, 3];
        for (var i = 0; i < 9; i++)
            covariance[i / 3, i % 3] = values[i] + (i % 4 == 0 ? LeastVariance : 0);
        return (picture.Mean(2, 3).ToArray<double>(), covariance);
    }

    private static double[,] Multiply(double[,] a, double[,] b)
    {
        var product = new double[3, 3];
        for (var i = 0; i < 27; i++)
            product[i / 9, i / 3 % 3] += a[i / 9, i % 3] * b[i % 3, i / 3 % 3];
        return product;
    }

    /// <summary>A power of a symmetric, positive matrix, by Jacobi's rotations.</summary>
    private static double[,] Power(double[,] matrix, double exponent)
    {
        var (a, v) = ((double[,])matrix.Clone(), new double[,] { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } });
        for (var sweep = 0; sweep < 20; sweep++)
        {
            foreach (var (p, q) in new[] { (0, 1), (0, 2), (1, 2) })
                Rotate(a, v, p, q);
        }

        var result = new double[3, 3];
        for (var i = 0; i < 27; i++)
            result[i / 9, i / 3 % 3] += v[i / 9, i % 3] * Math.Pow(a[i % 3, i % 3], exponent) * v[i / 3 % 3, i % 3];
        return result;
    }

    private static void Rotate(double[,] a, double[,] v, int p, int q)
    {
        if (a[p, q] == 0)
            return;
        var angle = 0.5 * Math.Atan2(2 * a[p, q], a[q, q] - a[p, p]);
        var (c, s) = (Math.Cos(angle), Math.Sin(angle));
        for (var k = 0; k < 3; k++)
            (a[k, p], a[k, q]) = (c * a[k, p] - s * a[k, q], s * a[k, p] + c * a[k, q]);
        for (var k = 0; k < 3; k++)
            (a[p, k], a[q, k]) = (c * a[p, k] - s * a[q, k], s * a[p, k] + c * a[q, k]);
        for (var k = 0; k < 3; k++)
            (v[k, p], v[k, q]) = (c * v[k, p] - s * v[k, q], s * v[k, p] + c * v[k, q]);
    }
}
