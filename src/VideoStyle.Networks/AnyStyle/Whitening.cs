using VideoStyle.Native.Torch;

namespace VideoStyle.Networks.AnyStyle;

/// <summary>Covariances of features and their powers, in double on the host: small matrices whose smallest values count.</summary>
internal static class Whitening
{
    /// <summary>Eigenvalues below this are left out, and with them the directions in which features hardly differ.</summary>
    /// <remarks>
    /// As in the authors' code, for features of about 1. Whitening multiplies by the inverse root, 316 for an eigenvalue just above:
    /// what is smaller is rounding more than picture.
    /// </remarks>
    internal const double LeastEigenvalue = 1e-5;

    /// <summary>Mean, <c>[C, 1]</c>, and covariance, <c>[C, C]</c>, of the pixels of features <c>[1, C, H, W]</c>.</summary>
    internal static (Tensor Mean, Tensor Covariance) Moments(Tensor features)
    {
        using var scope = new TensorScope();
        double count = features.Size(2) * features.Size(3);
        var channels = features.Size(1);
        var mean = features.To(ScalarType.Float64).Mean(2, 3).Reshape(channels);
        // Shifted before the product, which float then computes well enough.
        var (gram, rest) = Functional.Gram(features, mean.To(features.ScalarType));
        var shift = rest.To(TorchDevice.Cpu, ScalarType.Float64).Reshape(channels, 1);
        var covariance = (gram.To(TorchDevice.Cpu, ScalarType.Float64).Select(0, 0) - shift.Matmul(shift.Transpose(0, 1))) * (count / Math.Max(1, count - 1));
        var (first, second) = (scope.Keep(mean.To(TorchDevice.Cpu, ScalarType.Float64).Reshape(channels, 1)), covariance);
        return (first, scope.Keep(second));
    }

    /// <summary>C to a power, <c>V λᵖ Vᵀ</c> over the eigenvalues from <see cref="LeastEigenvalue"/> on.</summary>
    internal static Tensor Power(Tensor covariance, double exponent)
    {
        using var scope = new TensorScope();
        var (values, vectors) = Functional.Eigh(covariance);
        var powers = values.ToArray<double>();
        for (var i = 0; i < powers.Length; i++)
            powers[i] = powers[i] < LeastEigenvalue ? 0 : Math.Pow(powers[i], exponent);
        return scope.Keep((vectors * Tensor.From<double>(powers, 1, powers.Length)).Matmul(vectors.Transpose(0, 1)));
    }
}
