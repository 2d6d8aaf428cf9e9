using VideoStyle.Core.Errors;
using VideoStyle.Native.Torch;
using VideoStyle.Networks.Files;

namespace VideoStyle.Networks.AnyStyle;

/// <summary>SANet: each place of the frame looks for the places of the style picture that are like it, and takes their features.</summary>
/// <remarks>
/// Park and Lee, "Arbitrary Style Transfer with Style-Attentional Networks", 2019, eq. 1–3, at relu4_1 and relu5_1, in the layout of the
/// authors' code. Attention is not a mixture of statistics: each style is attended to, and the features are mixed.
/// </remarks>
internal sealed class SanetModel : AnyStyleModel
{
    // Rows of the attention computed at once: 2048 places against 4096 of a style are 32 MB.
    private const long Chunk = 2048;
    private const int Channels = 512;
    private static readonly string[] Levels = ["sanet4_1", "sanet5_1"];
    private static readonly AtenOperator Softmax = new("aten::softmax", "int");

    private readonly ConvolutionChain _encoder;
    private readonly ConvolutionChain _decoder;
    private readonly Dictionary<string, Tensor> _transform = new(StringComparer.Ordinal);

    private SanetModel(ConvolutionChain encoder, ConvolutionChain decoder, TensorFile transform, TorchDevice device)
    {
        (_encoder, _decoder, Device) = (encoder, decoder, device);
        foreach (var level in Levels)
        {
            foreach (var layer in new[] { "f", "g", "h", "out_conv" })
                Add(transform, $"{level}.{layer}", 1);
        }

        Add(transform, "merge_conv", 3);
    }

    public override string Name => "sanet";

    public override TorchDevice Device { get; }

    public override int Stride => 16;

    public override int MinSize => 64;

    public override bool MixesStatistics => false;

    /// <summary>Loads the network.</summary>
    /// <param name="vgg">A normalised VGG-19 that reaches relu5_1.</param>
    /// <param name="transform">The attention.</param>
    /// <param name="decoder">The decoder of relu4_1, in AdaIN's layout.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="scalarType">What to convolve in; attention is computed in float.</param>
    /// <exception cref="VideoStyleException">A file is missing, damaged or holds something else (Model).</exception>
    internal static SanetModel Load(string vgg, string transform, string decoder, TorchDevice device, ScalarType scalarType)
    {
        var encoder = VggEncoder.Load(vgg, VggEncoder.ToRelu51, device, scalarType);
        ConvolutionChain? back = null;
        try
        {
            back = AdainModel.LoadDecoder(decoder, device, scalarType);
            return new SanetModel(encoder, back, TensorFile.Read(transform), device);
        }
        catch
        {
            encoder.Dispose();
            back?.Dispose();
            throw;
        }
    }

    /// <summary>Takes keys, <c>[C, P]</c>, and values, <c>[P, C]</c>, of both levels.</summary>
    public override StyleStatistics Measure(Tensor picture)
    {
        using var scope = new TensorScope();
        var features = Encode(picture.To(Device, ScalarType.Float32));
        List<Tensor> statistics = [];
        for (var i = 0; i < Levels.Length; i++)
        {
            var keys = Conv($"{Levels[i]}.g", FeatureStatistics.Normalise(features[i])).Reshape(Channels, -1);
            var values = Conv($"{Levels[i]}.h", features[i]).Reshape(Channels, -1).Transpose(0, 1);
            statistics.AddRange([keys.Contiguous(), values.Contiguous()]);
        }

        return new StyleStatistics(statistics);
    }

    public override Tensor Paint(Tensor rgb, StyleField styles)
    {
        var features = Encode(rgb);
        var queries = Levels.Select((level, i) => Conv($"{level}.f", FeatureStatistics.Normalise(features[i]))).ToArray();
        return _decoder.Run(styles.Transfer(features[0], style =>
        {
            var fine = Attend(0, style);
            var coarse = Functional.UpsampleNearest(Attend(1, style), 2);
            return Conv("merge_conv", fine + coarse);
        }));

        Tensor Attend(int level, StyleStatistics style)
        {
            using var scope = new TensorScope();
            var (height, width) = (queries[level].Size(2), queries[level].Size(3));
            var rows = queries[level].Reshape(Channels, height * width).Transpose(0, 1);
            var found = new List<Tensor>();
            for (var first = 0L; first < height * width; first += Chunk)
            {
                using var scores = rows.Narrow(0, first, Math.Min(Chunk, height * width - first)).Matmul(style[2 * level]);
                using var weights = Softmax.Call(scores, 1);
                found.Add(weights.Matmul(style[2 * level + 1]));
            }

            var taken = Tensor.Cat([.. found], 0).Transpose(0, 1).Reshape(1, Channels, height, width);
            return scope.Keep(Conv($"{Levels[level]}.out_conv", taken) + features[level]);
        }
    }

    protected override void Dispose(bool disposing)
    {
        _encoder.Dispose();
        _decoder.Dispose();
        foreach (var tensor in _transform.Values)
            tensor.Dispose();
    }

    private Tensor[] Encode(Tensor rgb)
    {
        Tensor? relu41 = null;
        var relu51 = _encoder.Run(rgb, (layer, x) => relu41 = layer == VggEncoder.ToRelu41 - 1 ? x.To(ScalarType.Float32).Clone() : relu41);
        return [relu41!, relu51.To(ScalarType.Float32)];
    }

    private Tensor Conv(string name, Tensor x)
    {
        var weight = _transform[$"{name}.weight"];
        var padded = weight.Size(2) == 1 ? x : Functional.ReluPad(x, relu: false, 1, 1, ScalarType.Float32);
        return Functional.Conv2d(padded, weight, _transform[$"{name}.bias"]);
    }

    private void Add(TensorFile file, string name, long size)
    {
        foreach (var (part, shape) in new[] { ("weight", new[] { Channels, Channels, size, size }), ("bias", new long[] { Channels }) })
        {
            if (!file.Tensors.TryGetValue($"{name}.{part}", out var stored) || !stored.Shape.SequenceEqual(shape))
                throw new VideoStyleException(ErrorKind.Model, $"{file.Path}: is no transform of SANet: '{name}.{part}' is missing or not [{string.Join(", ", shape)}].", AnyStyleMethod.WhereToGet);
            using var scope = new TensorScope();
            _transform[$"{name}.{part}"] = TensorScope.Release(stored.ToTensor().To(Device, ScalarType.Float32).Clone());
        }
    }
}
