using VideoStyle.Networks.Loss;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Networks.Arbitrary;

/// <summary>Covariances of features and their powers, in double on the host: small matrices whose smallest eigenvalues matter.</summary>
internal static class Whitening
{
    /// <summary>Smaller eigenvalues are dropped, and with them the directions in which features hardly vary.</summary>
    /// <remarks>
    /// As in the authors' code, for features of about 1. Whitening multiplies by the inverse root, 316 for an eigenvalue just above:
    /// below that, rounding errors dominate.
    /// </remarks>
    internal const double MinEigenvalue = 1e-5;

    /// <summary>The mean, <c>[C, 1]</c>, and the covariance, <c>[C, C]</c>, over the pixels of features <c>[1, C, H, W]</c>.</summary>
    internal static (Tensor Mean, Tensor Covariance) Moments(Tensor features)
    {
        using var scope = NewDisposeScope();
        double count = features.size(2) * features.size(3);
        var channels = features.size(1);
        var mean = features.to(ScalarType.Float64).mean([2, 3]).reshape(channels);
        // Centred before the product, for which float is then precise enough.
        var (gram, rest) = GramStatistics.Of(features, mean.to(features.dtype));
        var shift = rest.to(ScalarType.Float64, CPU).reshape(channels, 1);
        var covariance = (gram.to(ScalarType.Float64, CPU).select(0, 0) - shift.mm(shift.transpose(0, 1))) * (count / Math.Max(1, count - 1));
        var (first, second) = (scope.MoveToOuter(mean.to(ScalarType.Float64, CPU).reshape(channels, 1)), covariance);
        return (first, scope.MoveToOuter(second));
    }

    /// <summary>C to a power, <c>V λᵖ Vᵀ</c>, over the eigenvalues from <see cref="MinEigenvalue"/> on.</summary>
    internal static Tensor Power(Tensor covariance, double exponent)
    {
        using var scope = NewDisposeScope();
        var (values, vectors) = linalg.eigh(covariance);
        var powers = values.ToArray<double>();
        for (var i = 0; i < powers.Length; i++)
            powers[i] = powers[i] < MinEigenvalue ? 0 : Math.Pow(powers[i], exponent);
        return scope.MoveToOuter((vectors * HostTensor.From<double>(powers, 1, powers.Length)).mm(vectors.transpose(0, 1)));
    }
}
