using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Core.Stylizers;
using VideoStyle.Native;
using VideoStyle.Native.Files;
using VideoStyle.Native.Media;
using VideoStyle.Networks.Arbitrary;
using VideoStyle.Networks.Color;
using VideoStyle.Networks.Inference;
using VideoStyle.Networks.Models;
using VideoStyle.Networks.Weights;

namespace VideoStyle.Styles;

/// <summary>Builds the stylizer that options name.</summary>
internal sealed class StylizerBuilder
{
    private readonly StyleOptions _style;
    private readonly ComputeOptions _compute;
    private readonly StyleSpec _spec;
    private readonly Action<ConversionEvent> _report;

    // Read when the first style image asks for it, and once: it is a file of megabytes, as models are.
    private readonly Lazy<MultiStyleModel?> _family;
    private readonly Dictionary<string, StyleModel> _models = new(StringComparer.Ordinal);

    private StylizerBuilder(StylerOptions options, Action<ConversionEvent> report)
    {
        (_style, _compute, _report) = (options.Style, options.Compute, report);
        _spec = StyleSpec.Parse(_style.Name);
        _family = new(() => ArbitraryStyleMethod.FindMultiStyleModel(_style.ArbitraryMethod));
    }

    /// <summary>Loads built-in styles, model files, style images, a collection, or <c>none</c>.</summary>
    /// <param name="options">The options.</param>
    /// <param name="report">Told what a collection leaves out and chooses.</param>
    /// <exception cref="VideoStyleException">There is no such style, its network is not there, or the device cannot run it.</exception>
    public static IStylizer Build(StylerOptions options, Action<ConversionEvent> report)
    {
        options.Style.Validate();
        StylizerBuilder builder = new(options, report);
        if (builder._spec.Names is not [IdentityStylizer.Name])
            VideoStyleNative.Require(NativeUnits.Kernels);
        return options.Style.Collection is { } folder ? builder.Collection(folder) : builder.Create();
    }

    private IStylizer Create()
    {
        if (_style.Mask is { } mask)
        {
            // One style and its mask: black stays as it was filmed.
            var assignment = OpenMask(mask, Math.Max(2, _spec.Names.Count));
            if (!_spec.IsSingle && _spec.Names.All(StyleImage.IsImage))
                return Pictures(_spec.Names, assignment);
            var parts = _spec.Names.Select(Part).ToList();
            if (_spec.IsSingle)
                parts.Add(new IdentityStylizer());
            return new BlendedStylizer(parts, assignment, $"{string.Join(" + ", parts.Select(p => p.Info.Description))}, by {Path.GetFileName(mask)}");
        }

        if (_spec.IsSingle)
            return Part(_spec.Names[0]);
        if (_spec.Keys.Count == 1 && MultiStyleModel.Interpolate([.. Models()]) is { } between)
            return Trained(between);
        StyleSchedule schedule = new(_spec.Keys);
        return _spec.Names.All(StyleImage.IsImage)
            ? Pictures(_spec.Names, schedule)
            : Blend([.. _spec.Names.Select(Part)], schedule);
    }

    private static BlendedStylizer Blend(IReadOnlyList<IStylizer> parts, StyleAssignment assignment) =>
        new(parts, assignment, string.Join(" + ", parts.Select(p => p.Info.Description)));

    private IStylizer Part(string name)
    {
        if (name is IdentityStylizer.Name)
            return new IdentityStylizer();
        if (StyleImage.IsImage(name) && _family.Value is null)
            return Pictures([name], Always);
        return Trained(Model(name));
    }

    /// <summary>The styles with their shares, where all of them are models or can become one.</summary>
    private IEnumerable<(StyleModel Model, double Weight)> Models() =>
        _spec.Names.Contains(IdentityStylizer.Name, StringComparer.Ordinal)
        || (_spec.Names.Any(StyleImage.IsImage) && _family.Value is null)
            ? []
            : _spec.Names.Zip(_spec.Keys[0].Weights).Where(s => s.Second > 0).Select(s => (Model(s.First), s.Second));

    private StyleModel Model(string name)
    {
        if (_models.TryGetValue(name, out var known))
            return known;
        if (!StyleImage.IsImage(name))
            return _models[name] = StyleCatalog.BuiltIn.Resolve(name);
        RequireFile(name);
        return _models[name] = _family.Value!.Predict(name);
    }

    private IStylizer Trained(StyleModel model)
    {
        var trained = Dress(TorchStylizer.Create(model, Options));
        return _style.Strength >= 1
            ? trained
            : Blend([trained, new IdentityStylizer()], new StyleSchedule([(TimeSpan.Zero, [_style.Strength, 1 - _style.Strength])]));
    }

    // Around what paints and not around the whole, so that what is not painted stays as it was filmed.
    private IStylizer Dress(IStylizer stylizer)
    {
        if (_style.Scale is { } scale)
            stylizer = new ScaledStylizer(stylizer, scale.For, scale.Name);
        return _style.PreserveColor == ColorPreservation.None ? stylizer : new ColorPreservingStylizer(stylizer, _style.PreserveColor);
    }

    private IStylizer Pictures(IReadOnlyList<string> pictures, StyleAssignment assignment)
    {
        foreach (var picture in pictures)
            RequireFile(picture);
        var stylizer = ArbitraryStylizer.Create(
            (device, type) => ArbitraryStyleMethod.Open(_style.ArbitraryMethod, WeightsStore.User, device, type), pictures, assignment, _style.Strength, Options);
        try
        {
            if (_style.Collection is null)
                stylizer.Warm();
            return Dress(stylizer);
        }
        catch
        {
            stylizer.Dispose();
            throw;
        }
    }

    private IStylizer Collection(string folder)
    {
        var collection = StyleImageIndex.Open(folder, WeightsStore.User.Cache);
        foreach (var note in collection.Notes)
            _report(new ConversionNote($"left out: {note}"));
        return Pictures(collection.Images, new CollectionAssignment(collection, _style.Nearest, choice => _report(new StyleChosen(choice))));
    }

    private static StyleMask OpenMask(string path, int count)
    {
        VideoStyleNative.Require(NativeUnits.Media);
        if (!Directory.Exists(path))
            RegularFile.Require(path);
        IFrameSource Open() => FrameSource.Open(path, new VideoOptions { Threads = 1 });
        using (Open())
        {
            // A mask that cannot be read is told before anything is stylized.
        }

        return new StyleMask(Open, path, !ImageSequence.IsSequence(path) && StyleImage.IsImage(path), count);
    }

    private static void RequireFile(string path)
    {
        if (!File.Exists(path))
            throw new VideoStyleException(ErrorKind.Input, $"{path}: there is no such file.");
    }

    private static StyleSchedule Always => new([(TimeSpan.Zero, [1])]);

    private StylizerOptions Options => new() { Device = _compute.Device, Precision = _compute.Precision, MaxMemory = _compute.MaxMemory?.Bytes };
}
