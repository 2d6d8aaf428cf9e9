using VideoStyle.Torch.Tensors;

namespace VideoStyle.Networks.Arbitrary;

/// <summary>SANet's arithmetic, which painting and training share: gradients pass through all of it.</summary>
/// <remarks>
/// Park and Lee, "Arbitrary Style Transfer with Style-Attentional Networks", 2019, eq. 1–3, at relu4_1 and relu5_1, one picture at a
/// time. Convolutions compute in what their weights are; attention in float, or better where the features are.
/// </remarks>
/// <param name="encoder">VGG-19 up to relu5_1; owned by the caller, like all that follows.</param>
/// <param name="decoder">The way back from relu4_1.</param>
/// <param name="transform">The attention, by the names of the authors' code.</param>
internal sealed class SanetNetwork(ConvolutionChain encoder, ConvolutionChain decoder, IReadOnlyDictionary<string, Tensor> transform)
{
    /// <summary>What height and width of a picture have to be multiples of.</summary>
    internal const int Stride = 16;

    /// <summary>The layers whose features are compared in training, relu1_1 to relu5_1; attention is at the last two.</summary>
    internal const int Layers = 5;

    // Rows of the attention computed at once: 2048 places against 4096 of a style are 32 MB.
    private const long Chunk = 2048;
    private const int Fine = 3;
    private static readonly string[] Levels = ["sanet4_1", "sanet5_1"];

    /// <summary>Lists the tensors of the attention.</summary>
    /// <param name="channels">Those of relu4_1 and of relu5_1, which are as many.</param>
    internal static IReadOnlyDictionary<string, long[]> TransformOf(long channels)
    {
        var shapes = new Dictionary<string, long[]>(StringComparer.Ordinal);
        foreach (var level in Levels)
        {
            foreach (var layer in new[] { "f", "g", "h", "out_conv" })
                Add($"{level}.{layer}", 1);
        }

        Add("merge_conv", 3);
        return shapes;

        void Add(string name, long size) => (shapes[$"{name}.weight"], shapes[$"{name}.bias"]) = ([channels, channels, size, size], [channels]);
    }

    /// <summary>Computes relu1_1 to relu5_1 of a picture, <c>[1, 3, H, W]</c> in 0–1.</summary>
    internal Tensor[] Features(Tensor rgb)
    {
        var features = new List<Tensor>();
        encoder.Run(rgb, (layer, x) =>
        {
            if (layer is 0 or 2 or VggEncoder.ToRelu31 - 1 or VggEncoder.ToRelu41 - 1 or VggEncoder.ToRelu51 - 1)
                features.Add(FeatureStatistics.AtLeastFloat(x));
        });
        return [.. features];
    }

    /// <summary>What is kept of a style: keys, <c>[C, P]</c>, and values, <c>[P, C]</c>, of both levels.</summary>
    internal Tensor[] KeysAndValues(Tensor[] features)
    {
        var kept = new List<Tensor>();
        for (var i = 0; i < Levels.Length; i++)
        {
            var x = features[Fine + i];
            var channels = x.size(1);
            kept.Add(Conv($"{Levels[i]}.g", FeatureStatistics.Normalise(x)).reshape(channels, -1).contiguous());
            kept.Add(Conv($"{Levels[i]}.h", x).reshape(channels, -1).transpose(0, 1).contiguous());
        }

        return [.. kept];
    }

    /// <summary>What a picture asks a style for, at both levels.</summary>
    internal Tensor[] Queries(Tensor[] features) => [.. Levels.Select((level, i) => Conv($"{level}.f", FeatureStatistics.Normalise(features[Fine + i])))];

    /// <summary>Puts what attention finds at both levels onto the picture's features: relu4_1 of the painting.</summary>
    /// <param name="features">The picture's, of all layers.</param>
    /// <param name="queries">The picture's <see cref="Queries"/>.</param>
    /// <param name="style">The style's <see cref="KeysAndValues"/>.</param>
    internal Tensor Transfer(Tensor[] features, Tensor[] queries, IReadOnlyList<Tensor> style)
    {
        var (fine, coarse) = (Attend(0), F.interpolate(Attend(1), scale_factor: [2, 2]));
        return Conv("merge_conv", fine + coarse);

        Tensor Attend(int level)
        {
            using var scope = NewDisposeScope();
            var (channels, height, width) = (queries[level].size(1), queries[level].size(2), queries[level].size(3));
            var rows = queries[level].reshape(channels, height * width).transpose(0, 1);
            var found = new List<Tensor>();
            for (var first = 0L; first < height * width; first += Chunk)
            {
                using var scores = rows.narrow(0, first, Math.Min(Chunk, height * width - first)).mm(style[2 * level]);
                using var weights = scores.softmax(1);
                found.Add(weights.mm(style[2 * level + 1]));
            }

            var taken = cat([.. found], 0).transpose(0, 1).reshape(1, channels, height, width);
            return scope.MoveToOuter(Conv($"{Levels[level]}.out_conv", taken) + features[Fine + level]);
        }
    }

    /// <summary>Paints a picture whose features are known.</summary>
    internal Tensor Paint(Tensor[] features, IReadOnlyList<Tensor> style) => Decode(Transfer(features, Queries(features), style));

    /// <summary>Makes a picture of relu4_1.</summary>
    internal Tensor Decode(Tensor relu41) => decoder.Run(relu41);

    private Tensor Conv(string name, Tensor x)
    {
        var weight = transform[$"{name}.weight"];
        var padded = weight.size(2) == 1 ? x : Sampling.EnlargeAndPad(x, scale: 1, pad: 1, weight.dtype);
        return F.conv2d(padded, weight, transform[$"{name}.bias"]);
    }
}
