using VideoStyle.Torch.Operators;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Networks.Flow;

/// <summary>An optical-flow network: one encoder for both images, and coarse-to-fine steps from 1/32 to 1/4 of the resolution.</summary>
/// <remarks>
/// <para>
/// A step correlates the features of the first image with those of the second around where the flow points, and predicts a correction
/// (Teed and Deng, "RAFT", 2020). One decoder serves 1/32, 1/16 and 1/8; a smaller one serves 1/4, from where convex upsampling leads to
/// single pixels. The flow is detached between steps. The last step predicts its own error too.
/// </para>
/// <para>
/// Departures: the input is normalized by local contrast, so that dim ground matches as well as bright; correlation is computed where
/// it is looked up, without a volume; there is no recurrent unit.
/// </para>
/// </remarks>
internal sealed class FlowNetwork
{
    /// <summary>Heights and widths are multiples of this.</summary>
    internal const int Stride = 32;

    /// <summary>Added to errors before their logarithm is taken, in pixels.</summary>
    internal const double ErrorFloor = 0.1;

    /// <summary>The architecture's name in model metadata.</summary>
    internal const string Architecture = "pyramid-flow";

    private const int Block = 4;
    private const int Hidden = 64;
    private const int FineHidden = 32;
    private const int Radius = 4;
    private const int FineRadius = 3;
    private const double ContrastFloor = 2; // in units of luma: below, contrast is noise
    private const double CorrelationScale = 4;
    private const double FlowScale = 0.1;

    // Name, inputs, outputs, kernel size. The sums are concatenated inputs.
    private static readonly (string Name, int Input, int Output, int Kernel)[] Convolutions =
    [
        ("encode4", Block * Block + 2, 32, 3),
        ("encode8a", 32, 64, 3),
        ("encode8b", 64, 64, 3),
        ("encode16a", 64, 80, 3),
        ("encode16b", 80, 80, 3),
        ("encode32a", 80, 96, 3),
        ("encode32b", 96, 96, 3),
        ("lateral32", 96, 64, 1),
        ("lateral16", 80, 64, 1),
        ("lateral8", 64, 64, 1),
        ("lateral4", 32, 32, 1),
        ("top4", 64, 32, 1),
        ("match", 64, 48, 3),
        ("context", 64, 48, 3),
        ("match4", 32, 32, 3),
        ("correlation", (2 * Radius + 1) * (2 * Radius + 1), 48, 1),
        ("decode1", 48 + 48 + Hidden + 2, 64, 3),
        ("decode2", 64, 64, 3),
        ("decode3", 64, Hidden, 3),
        ("head", Hidden, 2, 3),
        ("hidden4", Hidden, FineHidden, 1),
        ("correlation4", (2 * FineRadius + 1) * (2 * FineRadius + 1), 32, 1),
        ("fine1", 32 + 32 + FineHidden + 2, 32, 3),
        ("fine2", 32, FineHidden, 3),
        ("head4", FineHidden, 3, 3),
        ("mask1", FineHidden, 32, 3),
        ("mask2", 32, 9 * Block * Block, 1),
    ];

    private readonly IReadOnlyDictionary<string, Tensor> _weights;
    private readonly ScalarType _dtype;

    /// <summary>Makes a network of tensors that it does not own.</summary>
    /// <param name="weights">One tensor for each of <see cref="Parameters"/>; they must outlive the network.</param>
    /// <param name="dtype">The dtype of the convolutions; the flow stays float. For gradients it must be float.</param>
    internal FlowNetwork(IReadOnlyDictionary<string, Tensor> weights, ScalarType dtype = ScalarType.Float32) => (_weights, _dtype) = (weights, dtype);

    /// <summary>Gets the names and shapes of the weights.</summary>
    internal static IReadOnlyDictionary<string, long[]> Parameters { get; } = Convolutions
        .SelectMany(c => new[] { ($"{c.Name}.weight", new long[] { c.Output, c.Input, c.Kernel, c.Kernel }), ($"{c.Name}.bias", [c.Output]) })
        .ToDictionary(StringComparer.Ordinal);

    /// <summary>Draws the initial values of a weight or bias.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="normal">Draws from a normal distribution of a mean and a standard deviation.</param>
    /// <remarks>
    /// He et al., "Delving Deep into Rectifiers", 2015. The heads start near zero, so that the first flow is none, and sums of two
    /// layers at 0.7 of each.
    /// </remarks>
    internal static float[] InitialValues(string name, long[] shape, Func<double, double, double> normal)
    {
        var values = new float[shape.Aggregate(1L, (product, size) => product * size)];
        if (shape.Length == 1)
            return values;
        var gain = name.StartsWith("head", StringComparison.Ordinal) ? 0.05 : name.StartsWith("lateral", StringComparison.Ordinal) ? 0.7 : 1;
        var deviation = gain * Math.Sqrt(2 / (1.01 * shape[1] * shape[2] * shape[3]));
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)normal(0, deviation);
        return values;
    }

    /// <summary>Computes the features of images.</summary>
    /// <param name="luma"><c>[N, 1, H, W]</c>, 0–255, float; H and W multiples of <see cref="Stride"/>.</param>
    /// <returns>In the current scope.</returns>
    internal FlowFeatures Encode(Tensor luma)
    {
        var x4 = Activate(Convolve(Normalize(luma), "encode4"));
        var x8 = Activate(Convolve(Activate(Convolve(x4, "encode8a", stride: 2)), "encode8b"));
        var x16 = Activate(Convolve(Activate(Convolve(x8, "encode16a", stride: 2)), "encode16b"));
        var x32 = Activate(Convolve(Activate(Convolve(x16, "encode32a", stride: 2)), "encode32b"));

        var p32 = Convolve(x32, "lateral32");
        var p16 = Convolve(x16, "lateral16") + Upsample(p32);
        var p8 = Convolve(x8, "lateral8") + Upsample(p16);
        var p4 = Activate(Convolve(x4, "lateral4") + Upsample(Convolve(p8, "top4")));
        Tensor[] levels = [Activate(p32), Activate(p16), Activate(p8)];
        return new FlowFeatures(
            [.. levels.Select(p => UnitLength(Convolve(p, "match"))), UnitLength(Convolve(p4, "match4"))],
            [.. levels.Select(p => Activate(Convolve(p, "context"))), p4]
        );
    }

    /// <summary>Predicts the flow between images.</summary>
    /// <param name="first">Features of the images whose pixels have vectors.</param>
    /// <param name="second">Features of those that the vectors point into.</param>
    /// <param name="steps">How many steps are taken at 1/32, 1/16 and 1/8 of the resolution, each at least 1.</param>
    /// <returns>In the current scope.</returns>
    internal FlowPrediction Predict(FlowFeatures first, FlowFeatures second, ReadOnlySpan<int> steps)
    {
        var coarse = new List<Tensor>();
        Tensor? flow = null, hidden = null;
        for (var level = 0; level < steps.Length; level++)
        {
            var (a, b, context) = (first.Match[level], second.Match[level], first.Context[level]);
            flow = flow is null ? zeros(a.size(0), 2, a.size(2), a.size(3), device: a.device).ToChannelsLast() : Upsample(flow) * 2;
            hidden = hidden is null ? zeros(a.size(0), Hidden, a.size(2), a.size(3), dtype: _dtype, device: a.device).ToChannelsLast() : Upsample(hidden);
            for (var step = 0; step < steps[level]; step++)
            {
                flow = flow.detach();
                var correlation = Activate(Convolve(FlowOperators.Correlation(a, b, flow, Radius) * CorrelationScale, "correlation"));
                var x = Activate(Convolve(cat([correlation, context, hidden, (flow * FlowScale).to(_dtype)], 1), "decode1"));
                hidden = Activate(Convolve(Activate(Convolve(x, "decode2")), "decode3"));
                flow = flow + Convolve(hidden, "head").to(ScalarType.Float32);
                coarse.Add(flow);
            }
        }

        return Refine(first, second, (Upsample(flow!) * 2).detach(), Upsample(Activate(Convolve(hidden!, "hidden4"))), coarse);
    }

    /// <summary>The step at 1/4 of the resolution, and the way to single pixels.</summary>
    private FlowPrediction Refine(FlowFeatures first, FlowFeatures second, Tensor flow, Tensor hidden, List<Tensor> coarse)
    {
        var correlation = Activate(Convolve(FlowOperators.Correlation(first.Match[^1], second.Match[^1], flow, FineRadius) * CorrelationScale, "correlation4"));
        var x = Activate(Convolve(cat([correlation, first.Context[^1], hidden, (flow * FlowScale).to(_dtype)], 1), "fine1"));
        x = Activate(Convolve(x, "fine2"));
        var head = Convolve(x, "head4").to(ScalarType.Float32);
        flow = flow + head.narrow(1, 0, 2);
        coarse.Add(flow);
        var mask = Convolve(Activate(Convolve(x, "mask1")), "mask2");
        var fine = FlowOperators.ConvexUpsample(cat([flow * Block, head.narrow(1, 2, 1)], 1), mask, Block);
        return new FlowPrediction(coarse, fine.narrow(1, 0, 2), fine.narrow(1, 2, 1));
    }

    /// <summary>Space to depth, normalized by the mean and the contrast of 9×9 blocks, which are two further channels.</summary>
    private Tensor Normalize(Tensor luma)
    {
        var blocks = F.pixel_unshuffle(luma, Block);
        var moments = cat([blocks.mean([1], keepdim: true), blocks.pow(2).mean([1], keepdim: true)], 1);
        moments = F.avg_pool2d(moments, kernel_size: 9, stride: 1, padding: 4, count_include_pad: false);
        var mean = moments.narrow(1, 0, 1);
        var deviation = ((moments.narrow(1, 1, 1) - mean.pow(2)).clamp_min(0) + ContrastFloor * ContrastFloor).sqrt();
        return cat([(blocks - mean) / deviation, mean / 128 - 1, deviation.log() / 2 - 1], 1).to(_dtype).ToChannelsLast();
    }

    private static Tensor UnitLength(Tensor x)
    {
        var centred = x - x.mean([2, 3], keepdim: true);
        return centred / (centred.pow(2).sum(1, keepdim: true) + 1e-6).sqrt();
    }

    private static Tensor Activate(Tensor x) => F.leaky_relu(x, 0.1);

    private static Tensor Upsample(Tensor x) => F.interpolate(x, scale_factor: [2, 2], mode: InterpolationMode.Bilinear, align_corners: false);

    private Tensor Convolve(Tensor x, string name, int stride = 1)
    {
        var weight = _weights[$"{name}.weight"];
        var pad = weight.size(2) / 2;
        return F.conv2d(x, weight, _weights[$"{name}.bias"], [stride, stride], [pad, pad]);
    }
}
