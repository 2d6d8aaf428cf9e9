using VideoStyle.Core.Errors;
using VideoStyle.Torch.Files;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Networks.Arbitrary;

/// <summary>The convolutions of <see cref="MicroAstModel"/>: names, shapes and arithmetic.</summary>
internal static class MicroAstLayers
{
    /// <summary>Gets the encoders' convolutions before their residual blocks, with their strides.</summary>
    internal static IReadOnlyList<(string Name, int Stride)> Stem { get; } = [("enc1.0", 1), ("enc1.2", 2), ("enc1.4", 1), ("enc1.6", 2), ("enc1.8", 1)];

    internal static IReadOnlyDictionary<string, long[]> Encoder { get; } = new Dictionary<string, long[]>(StringComparer.Ordinal)
    {
        ["enc1.0"] = [16, 3, 9, 9],
        ["enc1.2"] = [32, 1, 3, 3],
        ["enc1.4"] = [32, 32, 1, 1],
        ["enc1.6"] = [64, 1, 3, 3],
        ["enc1.8"] = [64, 64, 1, 1],
        ["enc1.10.conv1"] = [64, 64, 3, 3],
        ["enc1.10.conv2"] = [64, 64, 3, 3],
        ["enc2.0.conv1"] = [64, 64, 3, 3],
        ["enc2.0.conv2"] = [64, 64, 3, 3],
    };

    internal static IReadOnlyDictionary<string, long[]> Modulator { get; } = new Dictionary<string, long[]>(StringComparer.Ordinal)
    {
        ["weight1.0"] = [64, 1, 3, 3],
        ["bias1.0"] = [64, 1, 3, 3],
        ["weight2.0"] = [64, 1, 3, 3],
        ["bias2.0"] = [64, 1, 3, 3],
    };

    internal static IReadOnlyDictionary<string, long[]> Decoder { get; } = new Dictionary<string, long[]>(StringComparer.Ordinal)
    {
        ["dec1.conv1"] = [64, 64, 3, 3],
        ["dec1.conv2"] = [64, 64, 3, 3],
        ["dec2.conv1"] = [64, 64, 3, 3],
        ["dec2.conv2"] = [64, 64, 3, 3],
        ["dec3.1"] = [32, 2, 3, 3],
        ["dec3.3"] = [32, 32, 1, 1],
        ["dec3.6"] = [16, 2, 3, 3],
        ["dec3.8"] = [16, 16, 1, 1],
        ["dec3.10"] = [3, 16, 9, 9],
    };

    /// <summary>Reads one of the four files.</summary>
    /// <exception cref="VideoStyleException">It is missing, damaged or holds something else (Model).</exception>
    internal static Dictionary<string, Tensor> Read(string path, IReadOnlyDictionary<string, long[]> layers, Device device, ScalarType dtype)
    {
        var file = TensorFile.Read(path);
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var (name, shape) in layers)
        {
            Add($"{name}.weight", shape);
            Add($"{name}.bias", [shape[0]]);
        }

        return tensors;

        void Add(string name, long[] shape)
        {
            if (!file.Tensors.TryGetValue(name.Replace(".weight", ".conv_layer.weight", StringComparison.Ordinal).Replace(".bias", ".conv_layer.bias", StringComparison.Ordinal), out var stored) || !stored.Shape.SequenceEqual(shape))
                throw new VideoStyleException(ErrorKind.Model, $"{path}: is not the file of MicroAST that belongs here: '{name}' is missing or not [{string.Join(", ", shape)}].", ArbitraryStyleMethod.WhereToGet);
            using var scope = NewDisposeScope();
            var tensor = stored.ToTensor().to(dtype, device).clone();
            tensors[name] = (shape.Length == 4 ? tensor.ToChannelsLast() : tensor).DetachFromDisposeScope();
        }
    }

    /// <summary>Convolves with reflection padding of half the kernel; the weight's shape decides on the groups.</summary>
    internal static Tensor Conv(Dictionary<string, Tensor> weights, string name, Tensor x, int stride = 1)
    {
        var weight = weights[$"{name}.weight"];
        var pad = (int)weight.size(2) / 2;
        var groups = (int)(x.size(1) / weight.size(1));
        if (pad == 0)
            return F.conv2d(x, weight, weights[$"{name}.bias"], strides: [stride, stride], groups: groups);
        using var padded = Sampling.UpsampleAndPad(x, scale: 1, pad, x.dtype);
        return F.conv2d(padded, weight, weights[$"{name}.bias"], strides: [stride, stride], groups: groups);
    }
}
