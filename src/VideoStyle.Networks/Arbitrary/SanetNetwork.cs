using VideoStyle.Torch.Tensors;

namespace VideoStyle.Networks.Arbitrary;

/// <summary>SANet's arithmetic, shared by inference and training; differentiable.</summary>
/// <remarks>
/// Park and Lee, "Arbitrary Style Transfer with Style-Attentional Networks", 2019, eq. 1–3, at relu4_1 and relu5_1, one image at a
/// time. Convolutions compute in the dtype of their weights; attention in float at least.
/// </remarks>
/// <param name="encoder">VGG-19 up to relu5_1; owned by the caller, like all that follows.</param>
/// <param name="decoder">The decoder of relu4_1.</param>
/// <param name="transform">The parameters of the attention, by the names of the authors' code.</param>
internal sealed class SanetNetwork(ConvolutionChain encoder, ConvolutionChain decoder, IReadOnlyDictionary<string, Tensor> transform)
{
    /// <summary>The number that height and width of an image must be multiples of.</summary>
    internal const int Stride = 16;

    /// <summary>The layers that the losses compare, relu1_1 to relu5_1; attention is at the last two.</summary>
    internal const int Layers = 5;

    // Rows of the attention matrix at a time: 2048 positions against 4096 of a style are 32 MB.
    private const long Chunk = 2048;
    private const int Fine = 3;
    private static readonly string[] Levels = ["sanet4_1", "sanet5_1"];

    /// <summary>Gets the shapes of the attention's parameters.</summary>
    /// <param name="channels">The channels of relu4_1 and of relu5_1, which are equal.</param>
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

    /// <summary>Computes relu1_1 to relu5_1 of an image, <c>[1, 3, H, W]</c> in 0–1.</summary>
    internal Tensor[] Features(Tensor rgb)
    {
        var features = new List<Tensor>();
        encoder.Run(rgb, (layer, x) =>
        {
            if (layer is 0 or 2 or VggEncoder.ToRelu31 - 1 or VggEncoder.ToRelu41 - 1 or VggEncoder.ToRelu51 - 1)
                features.Add(FeatureStatistics.ToFloat(x));
        });
        return [.. features];
    }

    /// <summary>The keys, <c>[C, P]</c>, and values, <c>[P, C]</c>, of a style at both levels.</summary>
    internal Tensor[] KeysAndValues(Tensor[] features)
    {
        var kept = new List<Tensor>();
        for (var i = 0; i < Levels.Length; i++)
        {
            var x = features[Fine + i];
            var channels = x.size(1);
            kept.Add(Conv($"{Levels[i]}.g", FeatureStatistics.Normalize(x)).reshape(channels, -1).contiguous());
            kept.Add(Conv($"{Levels[i]}.h", x).reshape(channels, -1).transpose(0, 1).contiguous());
        }

        return [.. kept];
    }

    /// <summary>The queries of an image at both levels.</summary>
    internal Tensor[] Queries(Tensor[] features) => [.. Levels.Select((level, i) => Conv($"{level}.f", FeatureStatistics.Normalize(features[Fine + i])))];

    /// <summary>Adds the attention of both levels to the image's features: relu4_1 of the stylized image.</summary>
    /// <param name="features">The image's features of all layers.</param>
    /// <param name="queries">The image's <see cref="Queries"/>.</param>
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

    /// <summary>Stylizes an image whose features are known.</summary>
    internal Tensor Stylize(Tensor[] features, IReadOnlyList<Tensor> style) => Decode(Transfer(features, Queries(features), style));

    /// <summary>Decodes relu4_1 to an image.</summary>
    internal Tensor Decode(Tensor relu41) => decoder.Run(relu41);

    private Tensor Conv(string name, Tensor x)
    {
        var weight = transform[$"{name}.weight"];
        var padded = weight.size(2) == 1 ? x : Sampling.UpsampleAndPad(x, scale: 1, pad: 1, weight.dtype);
        return F.conv2d(padded, weight, transform[$"{name}.bias"]);
    }
}
