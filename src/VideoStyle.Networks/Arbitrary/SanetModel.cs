using VideoStyle.Core.Errors;
using VideoStyle.Torch.Files;

namespace VideoStyle.Networks.Arbitrary;

/// <summary>SANet: style attention; each position of the content attends to similar positions of the style image.</summary>
/// <remarks>
/// <see cref="SanetNetwork"/> with weights in the layout of the authors' code, or in a file trained here. Attention is no mixture
/// of statistics: each style is attended to, and the resulting features are mixed.
/// </remarks>
internal sealed class SanetModel : ArbitraryStyleModel
{
    /// <summary>The value of <c>architecture</c> in the metadata of a file trained here.</summary>
    internal const string Architecture = "sanet";

    /// <summary>The value of <c>family</c>.</summary>
    internal const string Family = "attention";

    /// <summary>The prefix of the encoder's tensors in such a file.</summary>
    internal const string EncoderPrefix = "encoder.";

    /// <summary>The prefix of the decoder's tensors.</summary>
    internal const string DecoderPrefix = "decoder.";

    private readonly ConvolutionChain _encoder;
    private readonly ConvolutionChain _decoder;
    private readonly Dictionary<string, Tensor> _transform = new(StringComparer.Ordinal);
    private readonly SanetNetwork _network;

    private SanetModel(ConvolutionChain encoder, ConvolutionChain decoder, TensorFile transform, Device device)
    {
        (_encoder, _decoder, Device) = (encoder, decoder, device);
        foreach (var (name, shape) in SanetNetwork.TransformOf(encoder.OutputChannels))
        {
            if (!transform.Tensors.TryGetValue(name, out var stored) || !stored.Shape.SequenceEqual(shape))
                throw new VideoStyleException(ErrorKind.Model, $"{transform.Path}: is no transform of SANet: '{name}' is missing or not [{string.Join(", ", shape)}].", ArbitraryStyleMethod.WhereToGet);
            using var scope = NewDisposeScope();
            _transform[name] = stored.ToTensor().to(ScalarType.Float32, Device).clone().DetachFromDisposeScope();
        }

        _network = new SanetNetwork(encoder, decoder, _transform);
    }

    public override string Name => Architecture;

    public override Device Device { get; }

    public override int Stride => SanetNetwork.Stride;

    public override int MinSize => 64;

    public override bool MixesStatistics => false;

    /// <summary>Finds the published files, or else a file trained here; null where there are neither.</summary>
    internal static ArbitraryStyleLoader? Find(ModelFiles files) =>
        VggEncoder.FindNormalized(files) is { } vgg && files.FindSet("transform*", "decoder*") is [var transform, var decoder] ? (device, dtype) => Load(vgg, transform, decoder, device, dtype)
        : files.Find("*sanet*.safetensors") is { } file ? (device, dtype) => Load(TensorFile.Read(file), device, dtype)
        : null;

    /// <summary>Loads the authors' network.</summary>
    /// <param name="vgg">A normalized VGG-19 that reaches relu5_1.</param>
    /// <param name="transform">The attention.</param>
    /// <param name="decoder">The decoder of relu4_1, in AdaIN's layout.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="dtype">The dtype of the convolutions; attention is computed in float.</param>
    /// <exception cref="VideoStyleException">A file is missing, damaged or holds something else (Model).</exception>
    internal static SanetModel Load(string vgg, string transform, string decoder, Device device, ScalarType dtype) =>
        Load(
            VggEncoder.Load(vgg, VggEncoder.ToRelu51, device, dtype),
            _ => AdainModel.LoadDecoder(decoder, device, dtype),
            () => TensorFile.Read(transform),
            device
        );

    /// <summary>Loads a file trained here, with encoder, attention and decoder.</summary>
    /// <exception cref="VideoStyleException">Something is missing in it or does not fit (Model).</exception>
    internal static SanetModel Load(TensorFile file, Device device, ScalarType dtype) =>
        Load(
            ConvolutionChain.Load(file, VggEncoder.Steps(VggEncoder.ToRelu51, EncoderPrefix), 3, device, dtype),
            channels => ConvolutionChain.Load(file, AdainModel.DecoderSteps(DecoderPrefix), channels, device, dtype),
            () => file,
            device
        );

    private static SanetModel Load(ConvolutionChain encoder, Func<long, ConvolutionChain> decoder, Func<TensorFile> transform, Device device)
    {
        ConvolutionChain? back = null;
        try
        {
            back = decoder(encoder.OutputChannels);
            return new SanetModel(encoder, back, transform(), device);
        }
        catch
        {
            encoder.Dispose();
            back?.Dispose();
            throw;
        }
    }

    /// <summary>Whether a file was trained here.</summary>
    internal static bool IsTrained(TensorFile file) => string.Equals(file.Metadata.GetValueOrDefault("architecture"), Architecture, StringComparison.Ordinal);

    public override StyleStatistics EncodeStyle(Tensor styleImage)
    {
        using var scope = NewDisposeScope();
        return new StyleStatistics(_network.KeysAndValues(_network.Features(styleImage.to(ScalarType.Float32, Device))));
    }

    public override Tensor Stylize(Tensor rgb, StyleBlend styles)
    {
        var features = _network.Features(rgb);
        var queries = _network.Queries(features);
        return _network.Decode(styles.Transfer(features[3], style => _network.Transfer(features, queries, style.Values)));
    }

    protected override void Dispose(bool disposing)
    {
        _encoder.Dispose();
        _decoder.Dispose();
        foreach (var tensor in _transform.Values)
            tensor.Dispose();
    }
}
