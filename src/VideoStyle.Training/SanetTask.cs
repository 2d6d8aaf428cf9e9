using VideoStyle.Core.Errors;
using VideoStyle.Networks.Arbitrary;
using VideoStyle.Networks.Loss;
using VideoStyle.Torch.Files;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Training;

/// <summary>Teaches a SANet to paint after any picture: attention and decoder, around a VGG-19 that stays as it is.</summary>
/// <remarks>
/// Park and Lee, 2019: the losses of <see cref="SanetLosses"/>, each crop with a crop of a painting drawn for it. Ours adds steadiness under
/// motion (<see cref="Losses.Temporal"/>). Convolutions are computed in float: libtorch mirrors no borders in half precision.
/// </remarks>
internal sealed class SanetTask : TrainingTask
{
    // As the authors' code has them; the paper's text exchanges the two.
    private const double PixelWeight = 50;
    private const double FeatureWeight = 1;

    private readonly TrainingOptions _options;
    private readonly Device _device;
    private readonly ConvolutionChain _encoder;
    private readonly Dictionary<string, Tensor> _fixed = new(StringComparer.Ordinal);
    private readonly ContentSet _paintings;
    private readonly Tensor[] _shown;

    /// <summary>Reads the encoder, and what to begin with.</summary>
    /// <exception cref="VideoStyleException">A file is missing or damaged.</exception>
    internal SanetTask(TrainingOptions options, Device device)
        : base(options.Seed)
    {
        (_options, _device) = (options, device);
        _paintings = ContentSet.Open([.. options.Styles.Select(s => s.Path)]);
        using var scope = NewDisposeScope();
        _shown = [.. Enumerable.Range(0, PreviewSheet.Count).Select(i => DrawPainting(new StepRandom(options.Seed, i, "preview")).DetachFromDisposeScope())];
        _encoder = VggEncoder.Load(options.LossWeights, VggEncoder.ToRelu51, device, ScalarType.Float32);
        foreach (var (step, (weight, bias)) in VggEncoder.Steps(VggEncoder.ToRelu51, SanetModel.EncoderPrefix).Zip(_encoder.Weights))
            (_fixed[$"{step.Name}.weight"], _fixed[$"{step.Name}.bias"]) = (weight, bias);
        Weights = new TrainableWeights(SanetStart.Make(_encoder, options.Base is null ? null : TensorFile.Read(options.Base), options.Seed), _ => true, device);
    }

    internal override string Architecture => SanetModel.Architecture;

    internal override string? Family => SanetModel.Family;

    internal override TrainableWeights Weights { get; }

    /// <inheritdoc />
    protected override bool PaintsTogether => false;

    internal override IReadOnlyDictionary<string, Tensor> Result => _fixed.Concat(Weights.Mean).ToDictionary(StringComparer.Ordinal);

    internal override Tensor Paint(Tensor picture, int column)
    {
        using var scope = NewDisposeScope();
        var network = Network(Weights.Mean);
        var style = network.KeysAndValues(network.Features(_shown[column]));
        return scope.MoveToOuter(network.Paint(network.Features(picture.to(ScalarType.Float32, _device)), style));
    }

    protected override void Dispose(bool disposing)
    {
        Weights.Dispose();
        _encoder.Dispose();
        Array.ForEach(_shown, s => s.Dispose());
    }

    protected override (Dictionary<string, Tensor> Terms, Tensor Painted) Terms(ReadOnlySpan<ContentCrop> crops, StepRandom draw, StepRandom motion)
    {
        var style = DrawPainting(draw);
        var weights = _options.Weights;
        var network = Network(Weights.Now);
        var x = crops[0].Picture.to(ScalarType.Float32, _device);
        var (c, s) = (Constants(network, x), Constants(network, style));
        var kept = network.KeysAndValues(s);
        var y = network.Paint(c, kept);
        var painted = network.Features(y);
        var (same, sameStyle) = (network.Paint(c, network.KeysAndValues(c)), network.Paint(s, kept));
        var terms = new Dictionary<string, Tensor>(StringComparer.Ordinal)
        {
            ["content"] = SanetLosses.Content(painted, c) * weights.Content,
            ["style"] = SanetLosses.Style(painted, s, weights.Style),
            ["identity pixels"] = (SanetLosses.Pixels(same, x) + SanetLosses.Pixels(sameStyle, style)) * PixelWeight,
            ["identity features"] = (SanetLosses.Features(network.Features(same), c) + SanetLosses.Features(network.Features(sameStyle), s)) * FeatureWeight,
        };
        if (weights.TotalVariation > 0)
            terms["tv"] = Losses.TotalVariation(y) * weights.TotalVariation;
        if (weights.Temporal > 0)
        {
            var (moved, grid, mask) = CropMotion.Move(crops, x, _device, motion);
            var brightening = _options.LuminanceAware ? Losses.Luminance(moved - Sampling.GridSample(x, grid)) : null;
            terms["temporal"] = Losses.Temporal(y, network.Paint(Constants(network, moved), kept), grid, mask, brightening) * weights.Temporal;
        }

        return (terms, y);
    }

    private static Tensor[] Constants(SanetNetwork network, Tensor picture)
    {
        using var noGrad = no_grad();
        return network.Features(picture);
    }

    private SanetNetwork Network(IReadOnlyDictionary<string, Tensor> weights) =>
        new(_encoder, ConvolutionChain.Over(AdainModel.DecoderSteps(SanetModel.DecoderPrefix), weights), weights);

    private Tensor DrawPainting(StepRandom random)
    {
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(_paintings.Draw(_options.Size, random).Picture.to(ScalarType.Float32, _device));
    }
}
