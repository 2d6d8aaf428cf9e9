using System.Globalization;
using VideoStyle.Core.Errors;
using VideoStyle.Networks.Loss;
using VideoStyle.Networks.Models;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Training;

/// <summary>Teaches a feed-forward network to paint like pictures, and steadily.</summary>
/// <remarks>
/// Johnson, Alahi and Fei-Fei, 2016, with two changes: style is compared around the painting's own mean
/// (<see cref="StyleTarget"/>), and steadiness is learnt from known motion (<see cref="SyntheticMotion"/>).
/// </remarks>
internal sealed class StyleTask : TrainingTask
{
    private readonly TrainingOptions _options;
    private readonly Device _device;
    private readonly LossNetwork _loss;
    private readonly StylePool _styles;
    private readonly TrainableNetwork _network;

    /// <summary>Reads loss network, paintings and what to begin with.</summary>
    /// <exception cref="VideoStyleException">A file is missing or damaged.</exception>
    internal StyleTask(TrainingOptions options, Device device)
        : base(options.Seed)
    {
        (_options, _device) = (options, device);
        using var scope = NewDisposeScope();
        var type = Trainer.LossType(options.Precision, device);
        _loss = LossNetwork.Load(options.LossWeights, device, type);
        var (architecture, start) = StartingPoint(options);
        _styles = StylePool.Measure(options, architecture, _loss);
        _network = TrainableNetwork.Begin(_styles.Form, start, options.Seed, device, type);
    }

    internal override string Architecture => _network.Architecture.Name;

    internal override string? Family => _network.Family;

    internal override TrainableWeights Weights => _network.Weights;

    /// <inheritdoc />
    /// <remarks>Of several styles each crop gets one of its own; a single style paints all crops at once, which is faster.</remarks>
    protected override bool PaintsTogether => _styles.Count == 1;

    internal override Tensor Paint(Tensor picture, int column)
    {
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(_network.MeanNetwork(column % _styles.Count).Paint(picture));
    }

    protected override void Dispose(bool disposing)
    {
        _network.Dispose();
        _styles.Dispose();
        _loss.Dispose();
    }

    protected override (Dictionary<string, Tensor> Terms, Tensor Painted) Terms(ReadOnlySpan<ContentCrop> crops, StepRandom draw, StepRandom motion)
    {
        var (style, count) = (_styles.Draw(draw), crops.Length);
        var x = cat([.. crops.ToArray().Select(c => c.Picture)], 0).to(ScalarType.Float32, _device);
        var network = _network.Network(style);
        Tensor y;
        Tensor? temporal = null;
        if (_options.Weights.Temporal > 0)
        {
            var (moved, grid, mask) = CropMotion.Move(crops, x, _device, motion);
            var both = network.Paint(cat([x, moved], 0));
            y = both.narrow(0, 0, count);
            var brightening = _options.LuminanceAware ? Losses.Luminance(moved - Sampling.GridSample(x, grid)) : null;
            temporal = Losses.Temporal(y, both.narrow(0, count, count), grid, mask, brightening);
        }
        else
        {
            y = network.Paint(x);
        }

        return (Terms(x, y, _styles.Target(style), temporal), y);
    }

    private Dictionary<string, Tensor> Terms(Tensor x, Tensor y, StyleTarget style, Tensor? temporal)
    {
        var weights = _options.Weights;
        var terms = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        var painted = _loss.Features(y);
        for (var i = 0; i < painted.Length; i++)
        {
            if (weights.Style[i] == 0)
                continue;
            var distance = style.Distance(painted[i], i, _options.Gram);
            // Relative to a painting of one tone, another is hundreds of times too far; of several, such a one would
            // drown the rest. Near the goal ln(1 + d) is d.
            var term = _styles.Count > 1 ? distance.log1p() : distance;
            terms[string.Create(CultureInfo.InvariantCulture, $"style{i + 1}")] = term * weights.Style[i];
        }

        if (weights.Content > 0)
        {
            Tensor original;
            using (no_grad())
                original = _loss.Features(x, LossNetwork.ContentLayer)[LossNetwork.ContentLayer];
            terms["content"] = Losses.Content(painted[LossNetwork.ContentLayer], original) * weights.Content;
        }

        if (weights.TotalVariation > 0)
            terms["tv"] = Losses.TotalVariation(y) * weights.TotalVariation;
        if (temporal is not null)
            terms["temporal"] = temporal * weights.Temporal;
        return terms;
    }

    /// <summary>The network to paint with, and the weights to begin with: those of the base, which decides on the network; or none.</summary>
    private static (NetworkArchitecture Architecture, IReadOnlyDictionary<string, Tensor>? Start) StartingPoint(TrainingOptions options)
    {
        if (options.Base is null)
        {
            return (
                NetworkArchitecture.Find(options.AnyStyle ? "lite" : options.Architecture)
                    ?? throw new VideoStyleException(ErrorKind.Usage, $"'{options.Architecture}' is no network.", "Use lite, johnson, any or sanet."),
                null
            );
        }

        if (StyleFamily.TryLoad(options.Base) is { } family && options.Separate)
            return (family.Architecture, family.Tensors());
        var model = StyleCatalog.BuiltIn.Resolve(options.Base);
        return (model.Architecture, model.Tensors());
    }
}
