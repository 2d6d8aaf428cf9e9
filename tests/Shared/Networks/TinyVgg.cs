using VideoStyle.Networks.Loss;
using VideoStyle.Torch.Files;

namespace VideoStyle.Tests;

/// <summary>A loss network with random weights: its losses mean nothing, but follow the same arithmetic.</summary>
internal static class TinyVgg
{
    private static readonly (string Name, long In, long Out)[] Layers =
    [
        ("conv1_1", 3, 64), ("conv1_2", 64, 64), ("conv2_1", 64, 128), ("conv2_2", 128, 128), ("conv3_1", 128, 256),
        ("conv3_2", 256, 256), ("conv3_3", 256, 256), ("conv3_4", 256, 256), ("conv4_1", 256, 512),
    ];

    private static readonly Lazy<string> File = new(() =>
    {
        var path = System.IO.Path.Combine(Directory.CreateTempSubdirectory("videostyle-vgg").FullName, "vgg19.safetensors");
        using var scope = NewDisposeScope();
        manual_seed(42);
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var (name, input, output) in Layers)
        {
            // Pictures are 0–255 in this layout; after the first layer, variances stay near 1 (He et al., 2015).
            var gain = Math.Sqrt(2.0 / (9 * input)) / (input == 3 ? 100 : 1);
            tensors[$"{name}.weight"] = randn(output, input, 3, 3) * gain;
            tensors[$"{name}.bias"] = randn(output) * 0.1;
        }

        SafetensorsWriter.Write(path, tensors, ScalarType.Float32, new Dictionary<string, string>(StringComparer.Ordinal));
        return path;
    });

    internal static string Path => File.Value;

    internal static LossNetwork Load(ScalarType type) => LossNetwork.Load(Path, CPU, type);
}
