namespace VideoStyle.Networks.Arbitrary;

/// <summary>Mean and standard deviation of each channel of features, in float at least.</summary>
internal static class FeatureStatistics
{
    private const double Epsilon = 1e-5;

    /// <summary>Measures features, <c>[1, C, H, W]</c>.</summary>
    /// <returns>Both <c>[1, C, 1, 1]</c>, float at least; the standard deviation is √(unbiased variance + 1e-5).</returns>
    internal static (Tensor Mean, Tensor Deviation) Measure(Tensor features)
    {
        var (variance, mean) = var_mean(ToFloat(features), [2, 3], unbiased: true, keepdim: true);
        return (mean, (variance + Epsilon).sqrt());
    }

    /// <summary>Normalizes each channel to mean 0 and standard deviation 1, in float at least.</summary>
    internal static Tensor Normalize(Tensor features)
    {
        var (mean, deviation) = Measure(features);
        return (ToFloat(features) - mean) / deviation;
    }

    /// <summary>The same values as float, or double where they are; a new tensor, which outlives the other.</summary>
    internal static Tensor ToFloat(Tensor features) =>
        features.to(features.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32);
}
