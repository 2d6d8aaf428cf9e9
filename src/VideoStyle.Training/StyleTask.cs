using System.Globalization;
using VideoStyle.Core.Errors;
using VideoStyle.Networks.Loss;
using VideoStyle.Networks.Models;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Training;

/// <summary>Trains a feed-forward network to stylize like style images, and steadily.</summary>
/// <remarks>
/// Johnson, Alahi and Fei-Fei, 2016, with two departures: style is compared around the style's own mean
/// (<see cref="StyleTarget"/>), and a temporal loss is computed from known motion (<see cref="SyntheticMotion"/>).
/// </remarks>
internal sealed class StyleTask : TrainingTask
{
    private readonly TrainingOptions _options;
    private readonly Device _device;
    private readonly LossNetwork _loss;
    private readonly StyleTargets _styles;
    private readonly TrainableNetwork _network;

    /// <summary>Reads the loss network, the style images and the initial weights.</summary>
    /// <exception cref="VideoStyleException">A file is missing or damaged.</exception>
    internal StyleTask(TrainingOptions options, Device device)
        : base(options.Seed)
    {
        (_options, _device) = (options, device);
        using var scope = NewDisposeScope();
        var type = Trainer.LossType(options.Precision, device);
        _loss = LossNetwork.Load(options.LossWeights, device, type);
        var (architecture, start) = StartingPoint(options);
        _styles = StyleTargets.Measure(options, architecture, _loss);
        _network = TrainableNetwork.Initialize(_styles.Parameterization, start, options.Seed, device, type);
    }

    internal override string Architecture => _network.Architecture.Name;

    internal override string? Family => _network.Family;

    internal override TrainableWeights Weights => _network.Weights;

    /// <inheritdoc />
    /// <remarks>With several styles each crop gets one of its own; with a single style all crops are one batch, which is faster.</remarks>
    protected override bool IsBatched => _styles.Count == 1;

    internal override Tensor Stylize(Tensor image, int column)
    {
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(_network.AveragedNetwork(column % _styles.Count).Forward(image));
    }

    /// <inheritdoc />
    internal override TrainingQuality? Judge(Tensor image, int column)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var x = image.to(ScalarType.Float32, _device);
        var y = Stylize(x, column).clamp(0, 1);
        var target = _styles.Target(column % _styles.Count)[0];
        var (own, stylized) = (_loss.Features(x), _loss.Features(y));
        var style = Enumerable.Range(0, own.Length)
            .Average(i => target.Distance(stylized[i], i, _options.Gram).ToDouble() / Math.Max(1e-9, target.Distance(own[i], i, _options.Gram).ToDouble()));
        // At a quarter of the size, where strokes are gone and what is painted is still to be seen.
        var (original, gray) = (ContentOf(MultiScaleStyle.Halve(x, 2)), ContentOf(MultiScaleStyle.Halve(ones_like(x) * 0.5, 2)));
        return new TrainingQuality(style, Losses.Content(ContentOf(MultiScaleStyle.Halve(y, 2)), original).ToDouble() / Math.Max(1e-9, Losses.Content(gray, original).ToDouble()));
    }

    protected override void Dispose(bool disposing)
    {
        _network.Dispose();
        _styles.Dispose();
        _loss.Dispose();
    }

    protected override (Dictionary<string, Tensor> Losses, Tensor Stylized) ComputeLosses(ReadOnlySpan<ContentCrop> crops, CounterRandom draw, CounterRandom motion)
    {
        var (style, count) = (_styles.Draw(draw), crops.Length);
        var x = cat([.. crops.ToArray().Select(c => c.Image)], 0).to(ScalarType.Float32, _device);
        var network = _network.Network(style);
        Tensor y;
        Tensor? temporal = null;
        if (_options.Weights.Temporal > 0)
        {
            var (moved, grid, mask) = CropMotion.Move(crops, x, _device, motion);
            var both = network.Forward(cat([x, moved], 0));
            y = both.narrow(0, 0, count);
            var luminanceChange = _options.LuminanceAware ? Losses.Luminance(moved - Sampling.GridSample(x, grid)) : null;
            temporal = Losses.Temporal(y, both.narrow(0, count, count), grid, mask, luminanceChange);
        }
        else
        {
            y = network.Forward(x);
        }

        return (ComputeLosses(x, y, _styles.Target(style), temporal), y);
    }

    private Dictionary<string, Tensor> ComputeLosses(Tensor x, Tensor y, MultiScaleStyle style, Tensor? temporal)
    {
        var weights = _options.Weights;
        var losses = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        for (var scale = 0; scale < style.Scales; scale++)
        {
            var stylized = _loss.Features(MultiScaleStyle.Halve(y, scale));
            for (var i = 0; i < stylized.Length; i++)
            {
                if (weights.Style[i] == 0)
                    continue;
                var distance = style[scale].Distance(stylized[i], i, _options.Gram);
                // Relative to a style image of one tone, other images are hundreds of times too far; among several styles such a one
                // would dominate the rest. Near zero, ln(1 + d) is d.
                var loss = _styles.Count > 1 ? distance.log1p() : distance;
                Add(string.Create(CultureInfo.InvariantCulture, $"style{i + 1}"), loss * (weights.Style[i] / style.Scales));
            }

            if (weights.Content > 0)
                Add("content", Losses.Content(stylized[LossNetwork.ContentLayer], ContentOf(MultiScaleStyle.Halve(x, scale))) * (weights.Content / style.Scales));
        }

        if (weights.Color > 0)
            Add("color", style.Colors(y) * weights.Color);
        if (weights.Lattice > 0 && LatticePattern.Share(y, _network.Architecture.Stride, x) is { } share)
            Add("lattice", share * weights.Lattice);
        if (weights.TotalVariation > 0)
            Add("tv", Losses.TotalVariation(y) * weights.TotalVariation);
        if (temporal is not null)
            Add("temporal", temporal * weights.Temporal);
        return losses;

        void Add(string name, Tensor loss) => losses[name] = losses.TryGetValue(name, out var sum) ? sum + loss : loss;
    }

    private Tensor ContentOf(Tensor x)
    {
        using var noGrad = no_grad();
        return _loss.Features(x, LossNetwork.ContentLayer)[LossNetwork.ContentLayer];
    }

    /// <summary>The architecture and the initial weights: those of the base model, which decides on the architecture; or none.</summary>
    private static (NetworkArchitecture Architecture, IReadOnlyDictionary<string, Tensor>? Start) StartingPoint(TrainingOptions options)
    {
        if (options.Base is null)
        {
            return (
                NetworkArchitecture.Find(options.IsArbitrary ? "lite" : options.Architecture)
                    ?? throw new VideoStyleException(ErrorKind.Usage, $"'{options.Architecture}' is no architecture.", "Use lite, swift, johnson, any or sanet."),
                null
            );
        }

        if (MultiStyleModel.TryLoad(options.Base) is { } model && options.Separate)
            return (model.Architecture, model.Tensors());
        var style = StyleCatalog.BuiltIn.Resolve(options.Base);
        return (style.Architecture, style.Tensors());
    }
}
