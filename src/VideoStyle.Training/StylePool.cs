using VideoStyle.Networks;
using VideoStyle.Networks.Loss;
using VideoStyle.Networks.Models;

namespace VideoStyle.Training;

/// <summary>What a run teaches: one style, several, or a way to follow any picture; with the statistics to reach for each.</summary>
internal sealed class StylePool : IDisposable
{
    // Beside each whole painting, parts of it in other colours, so that the network learns to look and not to recognise.
    private const int MostPictures = 160;
    private const int MostVariants = 15;

    private readonly List<StyleTarget> _targets = [];
    private readonly List<Tensor> _pictures = [];
    private readonly int _whole;

    private StylePool(TrainingOptions options, NetworkArchitecture architecture, LossNetwork loss)
    {
        if (!options.Separate)
        {
            var mixed = options.Styles.Select(s => (Pixels.ReadPainting(s.Path, options.StyleSize, options.StyleCrop), s.Weight)).ToList();
            _targets.Add(StyleTarget.Measure(loss, mixed));
            Form = new SingleForm(architecture);
            return;
        }

        var random = new StepRandom(options.Seed, 0, "styles");
        var variants = options.AnyStyle ? Math.Clamp(MostPictures / options.Styles.Count - 1, 0, MostVariants) : 0;
        _whole = options.Styles.Count;
        List<(StyleTarget Target, Tensor? Picture)> varied = [];
        foreach (var (path, _) in options.Styles)
        {
            using var scope = NewDisposeScope();
            var painting = Pixels.ReadPainting(path, options.StyleSize, options.StyleCrop);
            Add(Measure(painting, options.AnyStyle, loss));
            for (var i = 0; i < variants; i++)
                varied.Add(Measure(Vary(painting, random), keep: true, loss));
        }

        varied.ForEach(Add); // behind all whole paintings
        Form = options.AnyStyle ? new PredictedForm(architecture, _pictures) : new TableForm(architecture, _whole);
    }

    /// <summary>Gets the form of the file to train.</summary>
    internal StyleForm Form { get; }

    /// <summary>Gets the number of pictures to paint after.</summary>
    internal int Count => _targets.Count;

    internal static StylePool Measure(TrainingOptions options, NetworkArchitecture architecture, LossNetwork loss)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return new StylePool(options, architecture, loss);
    }

    /// <summary>Gets the statistics that a style's paintings are to have.</summary>
    internal StyleTarget Target(int style) => _targets[style];

    /// <summary>Draws a style: half of the time a whole painting, else one of its variants.</summary>
    internal int Draw(StepRandom random) =>
        Count == _whole || random.NextDouble() < 0.5 ? random.Below(Math.Max(1, _whole)) : _whole + random.Below(Count - _whole);

    public void Dispose()
    {
        foreach (var target in _targets)
            target.Dispose();
        foreach (var picture in _pictures)
            picture.Dispose();
    }

    private static (StyleTarget Target, Tensor? Picture) Measure(Tensor painting, bool keep, LossNetwork loss)
    {
        using var scope = NewDisposeScope();
        var target = StyleTarget.Measure(loss, [(painting, 1)]);
        return (target, keep ? Pixels.ToShorterSide(painting, PredictedForm.PictureSize).to(ScalarType.Float32, loss.Device).DetachFromDisposeScope() : null);
    }

    private void Add((StyleTarget Target, Tensor? Picture) style)
    {
        _targets.Add(style.Target);
        if (style.Picture is not null)
            _pictures.Add(style.Picture);
    }

    /// <summary>A part of a painting, perhaps mirrored, its colours exchanged and bent.</summary>
    private static Tensor Vary(Tensor painting, StepRandom random)
    {
        var share = random.Uniform(0.5, 1);
        var (height, width) = ((long)(painting.size(2) * share), (long)(painting.size(3) * share));
        var (top, left) = (random.Below((int)(painting.size(2) - height) + 1), random.Below((int)(painting.size(3) - width) + 1));
        var part = painting.narrow(2, top, height).narrow(3, left, width);
        if (random.NextDouble() < 0.5)
            part = part.flip(3);
        if (random.NextDouble() < 0.5)
            part = part.flip(1); // red and blue change places
        var first = random.Below(3);
        Tensor[] channels = [.. Enumerable.Range(0, 3).Select(c => part.narrow(1, (c + first) % 3, 1).clamp(1e-3, 1).pow(Math.Exp(random.Normal(0, 0.25))))];
        return Pixels.ToShorterSide(cat(channels, 1).contiguous(), (int)Math.Min(painting.size(2), painting.size(3)));
    }
}
