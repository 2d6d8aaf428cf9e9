using VideoStyle.Core.Errors;
using VideoStyle.Networks.Arbitrary;
using VideoStyle.Networks.Weights;
using VideoStyle.Torch.Files;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Training;

/// <summary>The initial weights of SANet's training.</summary>
internal static class SanetInitializer
{
    /// <summary>Finds a VGG-19 that reaches relu5_1.</summary>
    /// <exception cref="VideoStyleException">There is none (Model).</exception>
    internal static string FindEncoder(WeightsStore store) =>
        VggEncoder.FindToRelu51(new ModelFiles(store.Folders))
        ?? throw new VideoStyleException(
            ErrorKind.Model,
            $"Training sanet needs a VGG-19 that reaches relu5_1, and none is on this machine (looked in {string.Join(" and ", store.Folders)}; files that end at relu4_1 do not suffice).",
            "Put vgg_normalised.pth, or the distilled SE5.pth with a quarter of the channels, into ~/.cache/videostyle/weights, or set VIDEOSTYLE_WEIGHTS to its folder."
        );

    /// <summary>Initializes the trained tensors: attention and decoder.</summary>
    /// <param name="encoder">Its channels decide on all shapes.</param>
    /// <param name="base">A trained file to continue from; or null.</param>
    /// <param name="seed">The seed of the random weights.</param>
    /// <remarks>
    /// Attention starts near its goal: queries, keys, values and results of each level are the features themselves, and the stylized
    /// features are half content and half what attention found at relu4_1. The decoder is initialized after He et al., 2015, eq. 10.
    /// </remarks>
    /// <exception cref="VideoStyleException">The base is no SANet of this encoder (Model).</exception>
    internal static Dictionary<string, Tensor> Initialize(ConvolutionChain encoder, TensorFile? @base, long seed)
    {
        var random = new CounterRandom(seed, 0, "weights");
        var shapes = SanetNetwork.TransformOf(encoder.OutputChannels).Concat(DecoderOf(encoder)).ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);
        var start = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var (name, shape) in shapes)
        {
            if (@base is not null && (!@base.Tensors.TryGetValue(name, out var stored) || !stored.Shape.SequenceEqual(shape)))
                throw new VideoStyleException(ErrorKind.Model, $"{@base.Path}: is no SANet of this encoder: '{name}' is missing or not [{string.Join(", ", shape)}].", "Set Base to a sanet that was trained on the same VGG-19, or leave it out.");
            start[name] = @base is null ? HostTensor.From<float>(First(name, shape, random), shape) : @base.Tensors[name].ToTensor();
        }

        return start;
    }

    /// <summary>Gets the shapes of the decoder: the encoder up to relu4_1, mirrored.</summary>
    private static Dictionary<string, long[]> DecoderOf(ConvolutionChain encoder)
    {
        var kernels = encoder.Weights.Take(VggEncoder.ToRelu41).Select(w => w.Weight.shape).Reverse().ToList();
        var shapes = new Dictionary<string, long[]>(StringComparer.Ordinal);
        foreach (var (step, kernel) in AdainModel.DecoderSteps(SanetModel.DecoderPrefix).Zip(kernels))
            (shapes[$"{step.Name}.weight"], shapes[$"{step.Name}.bias"]) = ([kernel[1], kernel[0], 3, 3], [kernel[1]]);
        return shapes;
    }

    private static float[] First(string name, long[] shape, CounterRandom random)
    {
        var values = new float[shape.Aggregate(1L, (product, size) => product * size)];
        if (shape.Length == 1)
        {
            if (shape[0] == 3)
                Array.Fill(values, 0.5f); // mid-gray
            return values;
        }

        var kernel = (int)(shape[2] * shape[3]);
        if (name.StartsWith(SanetModel.DecoderPrefix, StringComparison.Ordinal))
        {
            var bound = Math.Sqrt((shape[0] == 3 ? 0.1 : 6) / (shape[1] * kernel));
            for (var i = 0; i < values.Length; i++)
                values[i] = (float)random.Uniform(-bound, bound);
            return values;
        }

        // The identity plus a little noise, so that no two channels learn the same.
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)random.Uniform(-1e-3, 1e-3);
        var share = name.StartsWith("merge_conv", StringComparison.Ordinal) ? 0.5f : name.StartsWith("sanet5_1.out_conv", StringComparison.Ordinal) ? 0.1f : 1f;
        for (var c = 0; c < shape[0]; c++)
            values[(c * shape[1] + c) * kernel + kernel / 2] += share;
        return values;
    }
}
