using VideoStyle.Core.Errors;
using VideoStyle.Networks.Arbitrary;
using VideoStyle.Networks.Weights;
using VideoStyle.Torch.Files;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Training;

/// <summary>What SANet's training begins with.</summary>
internal static class SanetStart
{
    /// <summary>Finds a VGG-19 that reaches relu5_1.</summary>
    /// <exception cref="VideoStyleException">There is none (Model).</exception>
    internal static string FindEncoder(WeightsStore store) =>
        new ModelFiles(store.Folders).VggToRelu51
        ?? throw new VideoStyleException(
            ErrorKind.Model,
            $"Training sanet needs a VGG-19 that reaches relu5_1, and none is on this machine (looked in {string.Join(" and ", store.Folders)}; files that end at relu4_1 do not do).",
            "Put vgg_normalised.pth, or the distilled SE5.pth with a quarter of the channels, into ~/.cache/videostyle/weights, or set VIDEOSTYLE_WEIGHTS to its folder."
        );

    /// <summary>Makes the tensors that are trained: attention and decoder.</summary>
    /// <param name="encoder">Its channels decide on all shapes.</param>
    /// <param name="base">A file of an earlier training to go on from; or null.</param>
    /// <param name="seed">Of the random numbers.</param>
    /// <remarks>
    /// Attention begins as what it is to become: each level's queries, keys, values and results are the features themselves, and the painting
    /// half the picture's features and half what was found at relu4_1; the decoder as He et al., 2015, eq. 10, keeps the spread.
    /// </remarks>
    /// <exception cref="VideoStyleException">The base is no SANet of this encoder (Model).</exception>
    internal static Dictionary<string, Tensor> Make(ConvolutionChain encoder, TensorFile? @base, long seed)
    {
        var random = new StepRandom(seed, 0, "weights");
        var shapes = SanetNetwork.TransformOf(encoder.OutputChannels).Concat(DecoderOf(encoder)).ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);
        var start = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var (name, shape) in shapes)
        {
            if (@base is not null && (!@base.Tensors.TryGetValue(name, out var stored) || !stored.Shape.SequenceEqual(shape)))
                throw new VideoStyleException(ErrorKind.Model, $"{@base.Path}: is no SANet of this encoder: '{name}' is missing or not [{string.Join(", ", shape)}].", "Begin with a file trained with `--network sanet` on the same VGG-19, or leave --base out.");
            start[name] = @base is null ? HostTensor.From<float>(First(name, shape, random), shape) : @base.Tensors[name].ToTensor();
        }

        return start;
    }

    /// <summary>Lists the decoder's tensors: the encoder up to relu4_1 turned round.</summary>
    private static Dictionary<string, long[]> DecoderOf(ConvolutionChain encoder)
    {
        var kernels = encoder.Weights.Take(VggEncoder.ToRelu41).Select(w => w.Weight.shape).Reverse().ToList();
        var shapes = new Dictionary<string, long[]>(StringComparer.Ordinal);
        foreach (var (step, kernel) in AdainModel.DecoderSteps(SanetModel.DecoderPrefix).Zip(kernels))
            (shapes[$"{step.Name}.weight"], shapes[$"{step.Name}.bias"]) = ([kernel[1], kernel[0], 3, 3], [kernel[1]]);
        return shapes;
    }

    private static float[] First(string name, long[] shape, StepRandom random)
    {
        var values = new float[shape.Aggregate(1L, (product, size) => product * size)];
        if (shape.Length == 1)
        {
            if (shape[0] == 3)
                Array.Fill(values, 0.5f); // a grey picture
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

        // The identity, less a little so that no two channels learn the same.
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)random.Uniform(-1e-3, 1e-3);
        var share = name.StartsWith("merge_conv", StringComparison.Ordinal) ? 0.5f : name.StartsWith("sanet5_1.out_conv", StringComparison.Ordinal) ? 0.1f : 1f;
        for (var c = 0; c < shape[0]; c++)
            values[(c * shape[1] + c) * kernel + kernel / 2] += share;
        return values;
    }
}
