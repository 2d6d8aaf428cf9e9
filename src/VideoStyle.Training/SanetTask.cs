using VideoStyle.Core.Errors;
using VideoStyle.Networks.Arbitrary;
using VideoStyle.Networks.Loss;
using VideoStyle.Torch.Files;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Training;

/// <summary>Trains SANet for arbitrary styles: attention and decoder, around a fixed VGG-19.</summary>
/// <remarks>
/// Park and Lee, 2019: the losses of <see cref="SanetLosses"/>, each crop with a random crop of a style image. Departure: a temporal
/// loss (<see cref="Losses.Temporal"/>). Convolutions compute in float: libtorch has no reflection padding in half precision.
/// </remarks>
internal sealed class SanetTask : TrainingTask
{
    // The weights of the authors' code; the paper's text exchanges the two.
    private const double PixelWeight = 50;
    private const double FeatureWeight = 1;

    private readonly TrainingOptions _options;
    private readonly Device _device;
    private readonly ConvolutionChain _encoder;
    private readonly Dictionary<string, Tensor> _fixed = new(StringComparer.Ordinal);
    private readonly ContentDataset _styleImages;
    private readonly Tensor[] _previewStyles;

    /// <summary>Reads the encoder and the initial weights.</summary>
    /// <exception cref="VideoStyleException">A file is missing or damaged.</exception>
    internal SanetTask(TrainingOptions options, Device device)
        : base(options.Seed)
    {
        (_options, _device) = (options, device);
        _styleImages = ContentDataset.Open([.. options.AllStyles.Select(s => s.Path)]);
        using var scope = NewDisposeScope();
        _previewStyles = [.. Enumerable.Range(0, PreviewSheet.Count).Select(i => DrawStyle(new CounterRandom(options.Seed, i, "preview")).DetachFromDisposeScope())];
        _encoder = VggEncoder.Load(options.LossWeights, VggEncoder.ToRelu51, device, ScalarType.Float32);
        foreach (var (step, (weight, bias)) in VggEncoder.Steps(VggEncoder.ToRelu51, SanetModel.EncoderPrefix).Zip(_encoder.Weights))
            (_fixed[$"{step.Name}.weight"], _fixed[$"{step.Name}.bias"]) = (weight, bias);
        Weights = new TrainableWeights(SanetInitializer.Initialize(_encoder, options.Base is null ? null : TensorFile.Read(options.Base), options.Seed), _ => true, device);
    }

    internal override string Architecture => SanetModel.Architecture;

    internal override string? Family => SanetModel.Family;

    internal override TrainableWeights Weights { get; }

    /// <inheritdoc />
    protected override bool IsBatched => false;

    internal override IReadOnlyDictionary<string, Tensor> Result => _fixed.Concat(Weights.Averaged).ToDictionary(StringComparer.Ordinal);

    internal override Tensor Stylize(Tensor image, int column)
    {
        using var scope = NewDisposeScope();
        var network = Network(Weights.Averaged);
        var style = network.KeysAndValues(network.Features(_previewStyles[column]));
        return scope.MoveToOuter(network.Stylize(network.Features(image.to(ScalarType.Float32, _device)), style));
    }

    protected override void Dispose(bool disposing)
    {
        Weights.Dispose();
        _encoder.Dispose();
        Array.ForEach(_previewStyles, s => s.Dispose());
    }

    protected override (Dictionary<string, Tensor> Losses, Tensor Stylized) ComputeLosses(ReadOnlySpan<ContentCrop> crops, CounterRandom draw, CounterRandom motion)
    {
        var style = DrawStyle(draw);
        var weights = _options.Weights;
        var network = Network(Weights.Current);
        var x = crops[0].Image.to(ScalarType.Float32, _device);
        var (c, s) = (Constants(network, x), Constants(network, style));
        var kept = network.KeysAndValues(s);
        var y = network.Stylize(c, kept);
        var stylized = network.Features(y);
        var (same, sameStyle) = (network.Stylize(c, network.KeysAndValues(c)), network.Stylize(s, kept));
        var losses = new Dictionary<string, Tensor>(StringComparer.Ordinal)
        {
            ["content"] = SanetLosses.Content(stylized, c) * weights.Content,
            ["style"] = SanetLosses.Style(stylized, s, weights.Style),
            ["identity pixels"] = (SanetLosses.Pixels(same, x) + SanetLosses.Pixels(sameStyle, style)) * PixelWeight,
            ["identity features"] = (SanetLosses.Features(network.Features(same), c) + SanetLosses.Features(network.Features(sameStyle), s)) * FeatureWeight,
        };
        if (weights.TotalVariation > 0)
            losses["tv"] = Losses.TotalVariation(y) * weights.TotalVariation;
        if (weights.Temporal > 0)
        {
            var (moved, grid, mask) = CropMotion.Move(crops, x, _device, motion);
            var luminanceChange = _options.LuminanceAware ? Losses.Luminance(moved - Sampling.GridSample(x, grid)) : null;
            losses["temporal"] = Losses.Temporal(y, network.Stylize(Constants(network, moved), kept), grid, mask, luminanceChange) * weights.Temporal;
        }

        return (losses, y);
    }

    private static Tensor[] Constants(SanetNetwork network, Tensor image)
    {
        using var noGrad = no_grad();
        return network.Features(image);
    }

    private SanetNetwork Network(IReadOnlyDictionary<string, Tensor> weights) =>
        new(_encoder, ConvolutionChain.FromTensors(AdainModel.DecoderSteps(SanetModel.DecoderPrefix), weights), weights);

    private Tensor DrawStyle(CounterRandom random)
    {
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(_styleImages.Draw(_options.Size, random).Image.to(ScalarType.Float32, _device));
    }
}
