using VideoStyle.Native.Torch;

namespace VideoStyle.Networks.AnyStyle;

/// <summary>Mean and deviation of each channel of features, in float whatever the features are.</summary>
internal static class FeatureStatistics
{
    private const double Epsilon = 1e-5;

    /// <summary>Measures features, <c>[1, C, H, W]</c>.</summary>
    /// <returns>Both <c>[1, C, 1, 1]</c>, float; the deviation is the root of the unbiased variance + 1e-5.</returns>
    internal static (Tensor Mean, Tensor Deviation) Of(Tensor features)
    {
        var (variance, mean) = Functional.VarianceMean(features.To(ScalarType.Float32));
        return (mean, (variance + Epsilon).Sqrt());
    }

    /// <summary>Brings each channel to mean 0 and deviation 1, in float.</summary>
    internal static Tensor Normalise(Tensor features)
    {
        var (mean, deviation) = Of(features);
        return (features.To(ScalarType.Float32) - mean) / deviation;
    }
}
