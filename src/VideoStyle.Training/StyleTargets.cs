using VideoStyle.Networks;
using VideoStyle.Networks.Loss;
using VideoStyle.Networks.Models;

namespace VideoStyle.Training;

/// <summary>The style targets of a run, and the parameterization that is trained: one style, a table of styles, or predicted styles.</summary>
internal sealed class StyleTargets : IDisposable
{
    // Beside each whole style image, recoloured crops of it: otherwise the prediction network learns to recognise images.
    private const int MaxImages = 160;
    private const int MaxVariants = 15;

    private readonly List<MultiScaleStyle> _targets = [];
    private readonly List<Tensor> _styleImages = [];
    private readonly int _whole;

    private StyleTargets(TrainingOptions options, NetworkArchitecture architecture, LossNetwork loss)
    {
        if (!options.Separate)
        {
            var mixed = options.AllStyles.Select(s => (Pixels.ReadStyleImage(s.Path, options.StyleSize, options.StyleCrop), s.Weight)).ToList();
            _targets.Add(MultiScaleStyle.Measure(loss, mixed, options.StyleScales));
            Parameterization = new SingleStyleParameterization(architecture);
            return;
        }

        var random = new CounterRandom(options.Seed, 0, "styles");
        var variants = options.IsArbitrary ? Math.Clamp(MaxImages / options.AllStyles.Count - 1, 0, MaxVariants) : 0;
        _whole = options.AllStyles.Count;
        List<(MultiScaleStyle Target, Tensor? Image)> varied = [];
        foreach (var style in options.AllStyles)
        {
            using var scope = NewDisposeScope();
            var image = Pixels.ReadStyleImage(style.Path, options.StyleSize, options.StyleCrop);
            Add(Measure(image, options.IsArbitrary));
            for (var i = 0; i < variants; i++)
                varied.Add(Measure(Vary(image, random), keep: true));
        }

        varied.ForEach(Add); // after all whole images
        Parameterization = options.IsArbitrary ? new PredictedStyleParameterization(architecture, _styleImages) : new StyleTableParameterization(architecture, _whole);

        (MultiScaleStyle Target, Tensor? Image) Measure(Tensor image, bool keep)
        {
            using var scope = NewDisposeScope();
            var target = MultiScaleStyle.Measure(loss, [(image, 1)], options.StyleScales);
            return (target, keep ? Pixels.ToShorterSide(image, PredictedStyleParameterization.StyleImageSize).to(ScalarType.Float32, loss.Device).DetachFromDisposeScope() : null);
        }
    }

    /// <summary>Gets the parameterization to train.</summary>
    internal StyleParameterization Parameterization { get; }

    /// <summary>Gets the number of style targets.</summary>
    internal int Count => _targets.Count;

    internal static StyleTargets Measure(TrainingOptions options, NetworkArchitecture architecture, LossNetwork loss)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return new StyleTargets(options, architecture, loss);
    }

    /// <summary>Gets the target of a style.</summary>
    internal MultiScaleStyle Target(int style) => _targets[style];

    /// <summary>Draws a style: a whole image with a probability of one half, else a variant.</summary>
    internal int Draw(CounterRandom random) =>
        Count == _whole || random.NextDouble() < 0.5 ? random.Below(Math.Max(1, _whole)) : _whole + random.Below(Count - _whole);

    public void Dispose()
    {
        foreach (var target in _targets)
            target.Dispose();
        foreach (var image in _styleImages)
            image.Dispose();
    }

    private void Add((MultiScaleStyle Target, Tensor? Image) style)
    {
        _targets.Add(style.Target);
        if (style.Image is not null)
            _styleImages.Add(style.Image);
    }

    /// <summary>A random crop of a style image, perhaps flipped, with permuted channels and random gamma.</summary>
    private static Tensor Vary(Tensor image, CounterRandom random)
    {
        var share = random.Uniform(0.5, 1);
        var (height, width) = ((long)(image.size(2) * share), (long)(image.size(3) * share));
        var (top, left) = (random.Below((int)(image.size(2) - height) + 1), random.Below((int)(image.size(3) - width) + 1));
        var part = image.narrow(2, top, height).narrow(3, left, width);
        if (random.NextDouble() < 0.5)
            part = part.flip(3);
        if (random.NextDouble() < 0.5)
            part = part.flip(1); // exchanges red and blue
        var first = random.Below(3);
        Tensor[] channels = [.. Enumerable.Range(0, 3).Select(c => part.narrow(1, (c + first) % 3, 1).clamp(1e-3, 1).pow(Math.Exp(random.Normal(0, 0.25))))];
        return Pixels.ToShorterSide(cat(channels, 1).contiguous(), (int)Math.Min(image.size(2), image.size(3)));
    }
}
