namespace VideoStyle.Networks.Arbitrary;

/// <summary>Mean and deviation of each channel of features, in float where the features are in less.</summary>
internal static class FeatureStatistics
{
    private const double Epsilon = 1e-5;

    /// <summary>Measures features, <c>[1, C, H, W]</c>.</summary>
    /// <returns>Both <c>[1, C, 1, 1]</c>, float at least; the deviation is the root of the unbiased variance + 1e-5.</returns>
    internal static (Tensor Mean, Tensor Deviation) Of(Tensor features)
    {
        var (variance, mean) = var_mean(AtLeastFloat(features), [2, 3], unbiased: true, keepdim: true);
        return (mean, (variance + Epsilon).sqrt());
    }

    /// <summary>Brings each channel to mean 0 and deviation 1, in float at least.</summary>
    internal static Tensor Normalise(Tensor features)
    {
        var (mean, deviation) = Of(features);
        return (AtLeastFloat(features) - mean) / deviation;
    }

    /// <summary>The same values, in float where they are in less; a tensor of its own, which outlives the other.</summary>
    internal static Tensor AtLeastFloat(Tensor features) =>
        features.to(features.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32);
}
