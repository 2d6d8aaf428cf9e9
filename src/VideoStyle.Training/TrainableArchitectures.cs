using VideoStyle.Networks.Arbitrary;

namespace VideoStyle.Training;

/// <summary>The architectures that can be trained.</summary>
public static class TrainableArchitectures
{
    /// <summary>Gets the names.</summary>
    public static IReadOnlyList<string> Names { get; } = ["lite", "swift", "johnson", "any", SanetModel.Architecture];
}
