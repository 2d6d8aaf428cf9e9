using System.Runtime.InteropServices;
using System.Text.Json;

namespace VideoStyle.Tests;

/// <summary>Published networks with random weights: their outputs mean nothing, but follow the same arithmetic.</summary>
/// <remarks>
/// The shapes are those of <c>tests/fixtures/reference/shapes.json</c>, by the path that a file is published under. The values are
/// a hash of their index, so that every machine and every version of libtorch gets the same.
/// </remarks>
internal static class RandomWeights
{
    private static readonly Lazy<Dictionary<string, Dictionary<string, int[]>>> Shapes = new(
        () => JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, int[]>>>(File.ReadAllText(Fixtures.Path("reference/shapes.json")))!);

    private static readonly Lazy<string> VggFile = new(() => Write(Directory.CreateTempSubdirectory("videostyle-vgg").FullName, "weights/vgg19/"));

    /// <summary>Gets a folder with VGG-19 up to relu4_1, which is written once.</summary>
    public static string VggFolder => VggFile.Value;

    /// <summary>Gets the file in <see cref="VggFolder"/>.</summary>
    public static string Vgg => Path.Combine(VggFolder, "weights/vgg19/vgg19_normalised_relu4_1.npz.safetensors");

    /// <summary>Writes every file whose published path begins with one of some prefixes, each with <c>.safetensors</c> added.</summary>
    /// <returns><paramref name="folder"/>.</returns>
    public static string Write(string folder, params string[] prefixes)
    {
        uint seed = 1;
        foreach (var (name, shapes) in Shapes.Value)
        {
            seed++;
            if (Array.Exists(prefixes, p => name.StartsWith(p, StringComparison.Ordinal)))
                WriteFile(Path.Combine(folder, name + ".safetensors"), shapes, seed);
        }

        return folder;
    }

    private static void WriteFile(string path, Dictionary<string, int[]> shapes, uint seed)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        Dictionary<string, object> header = new(StringComparer.Ordinal);
        var end = 0;
        foreach (var (name, shape) in shapes)
        {
            var begin = end;
            end += 4 * shape.Aggregate(1, (a, b) => a * b);
            header[name] = new { dtype = "F32", shape, data_offsets = new[] { begin, end } };
        }

        var text = JsonSerializer.SerializeToUtf8Bytes(header);
        using var file = File.Create(path);
        file.Write(BitConverter.GetBytes((ulong)text.Length));
        file.Write(text);
        uint index = 0;
        foreach (var (name, shape) in shapes)
            file.Write(MemoryMarshal.AsBytes(Values(name, shape, seed, ref index).AsSpan()));
    }

    // Uniform with the deviation of He et al. 2015, so that activations neither vanish nor grow; images of 0–255 are brought to 1 by the first layer.
    private static float[] Values(string name, int[] shape, uint seed, ref uint index)
    {
        var count = shape.Aggregate(1, (a, b) => a * b);
        var isImage = shape[0] == 3 && shape.Length == 4;
        var (scale, offset) = shape.Length == 1
            ? (0.1, shape[0] == 3 ? 0.5 : 0)
            : (Math.Sqrt((isImage ? 0.1 : 2.0) / (count / shape[0])) / (name is "conv1_1.weight" ? 100 : 1), 0);
        var values = new float[count];
        for (var i = 0; i < count; i++)
            values[i] = (float)(offset + scale * Math.Sqrt(12) * (Hash(seed * 0x9E3779B9 + index++) / 4294967296.0 - 0.5));
        // Heads of LPIPS are never negative.
        return name.StartsWith("lin", StringComparison.Ordinal) ? Array.ConvertAll(values, Math.Abs) : values;
    }

    // MurmurHash3's finaliser.
    private static uint Hash(uint x)
    {
        x = (x ^ (x >> 16)) * 0x85EBCA6B;
        x = (x ^ (x >> 13)) * 0xC2B2AE35;
        return x ^ (x >> 16);
    }
}
