using VideoStyle.Torch.Files;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Training.Tests;

/// <summary>A VGG-19 up to relu5_1 by the names of the distilled ones, with random weights and few channels.</summary>
internal static class RandomEncoder
{
    private static readonly (string Name, long In, long Out)[] Layers =
    [
        ("conv11", 3, 4), ("conv12", 4, 4), ("conv21", 4, 6), ("conv22", 6, 6), ("conv31", 6, 8), ("conv32", 8, 8), ("conv33", 8, 8), ("conv34", 8, 8),
        ("conv41", 8, 12), ("conv42", 12, 12), ("conv43", 12, 12), ("conv44", 12, 12), ("conv51", 12, 12),
    ];

    /// <summary>Writes it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="layers">How many layers it holds.</param>
    /// <returns>The path.</returns>
    internal static string Write(string path, int layers = 13)
    {
        using var scope = NewDisposeScope();
        manual_seed(44);
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal)
        {
            ["conv0.weight"] = HostTensor.From<float>([2f, 0, 0, 0, 2, 0, 0, 0, 2], 3, 3, 1, 1),
            ["conv0.bias"] = zeros(3) - 1,
        };
        foreach (var (name, input, output) in Layers.Take(layers))
        {
            tensors[$"{name}.weight"] = randn(output, input, 3, 3) * Math.Sqrt(2.0 / (9 * input));
            tensors[$"{name}.bias"] = randn(output) * 0.1;
        }

        SafetensorsWriter.Write(path, tensors, ScalarType.Float32, new Dictionary<string, string>(StringComparer.Ordinal));
        return path;
    }
}
