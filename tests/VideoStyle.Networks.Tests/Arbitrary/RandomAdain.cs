using VideoStyle.Networks.Arbitrary;
using VideoStyle.Torch.Files;

namespace VideoStyle.Networks.Tests.Arbitrary;

/// <summary>AdaIN with random weights: its paintings mean nothing, but follow the same arithmetic.</summary>
internal static class RandomAdain
{
    private static readonly (string Name, long In, long Out)[] Layers =
    [
        ("block4_conv1", 512, 256), ("block3_conv1", 256, 256), ("block3_conv2", 256, 256), ("block3_conv3", 256, 256), ("block3_conv4", 256, 128),
        ("block2_conv1", 128, 128), ("block2_conv2", 128, 64), ("block1_conv1", 64, 64), ("block1_conv2", 64, 3),
    ];

    private static readonly Lazy<string> File = new(() =>
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("videostyle-adain").FullName, "adain_decoder.safetensors");
        using var scope = NewDisposeScope();
        manual_seed(43);
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var (name, input, output) in Layers)
        {
            tensors[$"{name}_decode.weight"] = randn(output, input, 3, 3) * Math.Sqrt((output == 3 ? 0.1 : 2.0) / (9 * input));
            tensors[$"{name}_decode.bias"] = randn(output) * 0.1;
        }

        SafetensorsWriter.Write(path, tensors, ScalarType.Float32, new Dictionary<string, string>(StringComparer.Ordinal));
        return path;
    });

    internal static string Decoder => File.Value;

    internal static AdainModel Load(ScalarType type) => AdainModel.Load(TinyVgg.Path, Decoder, CPU, type);
}
