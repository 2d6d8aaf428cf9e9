using VideoStyle.Cli.Output;
using VideoStyle.Core.Color;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Core.Stylizers;
using VideoStyle.Native;
using VideoStyle.Native.Files;
using VideoStyle.Native.Media;
using VideoStyle.Networks.Arbitrary;
using VideoStyle.Networks.Inference;
using VideoStyle.Networks.Models;
using VideoStyle.Networks.Weights;

namespace VideoStyle.Cli.Converting;

/// <summary>Prepares the style that a conversion names.</summary>
internal sealed class StylizerFactory
{
    private readonly ConversionRequest _request;
    private readonly StyleSpec _spec;

    // Read when the first picture asks for it, and once: it is a file of megabytes, as models are.
    private readonly Lazy<MultiStyleModel?> _family;
    private readonly Dictionary<string, StyleModel> _models = new(StringComparer.Ordinal);

    private StylizerFactory(ConversionRequest request, StyleSpec spec) =>
        (_request, _spec, _family) = (request, spec, new(() => ArbitraryStyleMethod.FindMultiStyleModel(request.AnyStyle)));

    /// <summary>Loads what the request names: built-in styles, model files, pictures, a collection, or <c>none</c>, which paints nothing.</summary>
    /// <param name="request">The conversion.</param>
    /// <param name="json">Whether the choices of a collection are told as JSON.</param>
    /// <exception cref="VideoStyleException">There is no such style, its network is not there, or the device cannot run it.</exception>
    public static IStylizer Create(ConversionRequest request, bool json = false)
    {
        var spec = StyleSpec.Parse(request.Style);
        if (spec.Names is not [IdentityStylizer.Name])
            VideoStyleNative.Require(NativeUnits.Kernels);
        Check(request, spec);
        StylizerFactory factory = new(request, spec);
        return request.Collection is null ? factory.Create() : factory.Collection(json);
    }

    /// <summary>Finds out whether styles are there, without loading them.</summary>
    /// <exception cref="VideoStyleException">One is not.</exception>
    public static void Require(string style)
    {
        foreach (var name in StyleSpec.Parse(style).Names)
        {
            if (!StyleImage.IsImage(name))
                StyleCatalog.BuiltIn.Resolve(name);
            else
                RequireFile(name);
        }
    }

    private static void Check(ConversionRequest request, StyleSpec spec)
    {
        if (request.Mask is not null && spec.Weighted)
            throw new VideoStyleException(ErrorKind.Usage, "--mask says where each style is painted, so --style takes no shares and no times with it.", "Write --style a.jpg,b.jpg --mask mask.png.");
        if (request.Mask is not null && spec.Names.Count > StyleMask.MostStyles)
            throw new VideoStyleException(ErrorKind.Usage, $"A mask tells {StyleMask.MostStyles} styles apart, not {spec.Names.Count}.", "Name fewer styles.");
        if (request is { Collection: not null, Mask: not null })
            throw new VideoStyleException(ErrorKind.Usage, "--style-collection chooses by shot and --mask by place; they do not go together.", "Leave one of them out.");
    }

    private IStylizer Create()
    {
        if (_request.Mask is { } mask)
        {
            // One style and its mask: black stays as it was filmed.
            var assignment = OpenMask(mask, Math.Max(2, _spec.Names.Count));
            if (!_spec.IsSingle && _spec.Names.All(StyleImage.IsImage))
                return Pictures(_spec.Names, assignment);
            var parts = _spec.Names.Select(Part).ToList();
            if (_spec.IsSingle)
                parts.Add(new IdentityStylizer());
            return new BlendedStylizer(parts, assignment, $"{string.Join(" + ", parts.Select(p => p.Description))}, by {Path.GetFileName(mask)}");
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
        new(parts, assignment, string.Join(" + ", parts.Select(p => p.Description)));

    private IStylizer Part(string name)
    {
        if (name is IdentityStylizer.Name)
            return new IdentityStylizer();
        if (StyleImage.IsImage(name) && _family.Value is null)
            return Pictures([name], Always);
        return Trained(Model(name));
    }

    /// <summary>The styles with their shares, where all of them are models or can become one.</summary>
    private IEnumerable<(StyleModel Model, double Share)> Models() =>
        _spec.Names.Contains(IdentityStylizer.Name, StringComparer.Ordinal)
        || (_spec.Names.Any(StyleImage.IsImage) && _family.Value is null)
            ? []
            : _spec.Names.Zip(_spec.Keys[0].Shares).Where(s => s.Second > 0).Select(s => (Model(s.First), s.Second));

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
        return _request.Strength >= 1
            ? trained
            : Blend([trained, new IdentityStylizer()], new StyleSchedule([(TimeSpan.Zero, [_request.Strength, 1 - _request.Strength])]));
    }

    // Around what paints and not around the whole, so that what is not painted stays as it was filmed.
    private IStylizer Dress(IStylizer stylizer)
    {
        if (_request.Scale is { } scale)
            stylizer = new ScaledStylizer(stylizer, scale.For, scale.Name);
        return _request.PreserveColor == ColorPreservation.None ? stylizer : new ColorPreservingStylizer(stylizer, _request.PreserveColor);
    }

    private IStylizer Pictures(IReadOnlyList<string> pictures, StyleAssignment assignment)
    {
        foreach (var picture in pictures)
            RequireFile(picture);
        var stylizer = ArbitraryStylizer.Create(
            (device, type) => ArbitraryStyleMethod.Open(_request.AnyStyle, WeightsStore.User, device, type), pictures, assignment, _request.Strength, Options);
        try
        {
            if (_request.Collection is null)
                stylizer.Warm();
            return Dress(stylizer);
        }
        catch
        {
            stylizer.Dispose();
            throw;
        }
    }

    private IStylizer Collection(bool json)
    {
        var store = WeightsStore.User;
        var collection = StyleImageIndex.Open(_request.Collection!, store.Require, store.Cache);
        foreach (var note in collection.Notes)
            Console.Error.WriteLine($"left out: {note}");
        return Pictures(collection.Images, new CollectionAssignment(collection, _request.Nearest, Tell));

        void Tell(StyleChoice choice)
        {
            if (json)
                JsonLine.Write(new { v = 1, type = "style", shot = choice.Shot, seconds = choice.Begin.TotalSeconds, pictures = choice.Images.Select(p => new { path = p.Path, share = p.Weight, likeness = p.Similarity, alikeIn = p.SimilarIn }) });
            else
                Console.Error.WriteLine(choice);
        }
    }

    private static StyleMask OpenMask(string path, int count)
    {
        VideoStyleNative.Require(NativeUnits.Media);
        IFrameSource Open() => FrameSource.Open(path, new VideoOptions { Threads = 1 });
        using (Open())
        {
            // A mask that cannot be read is told before anything is painted.
        }

        return new StyleMask(Open, path, !ImageSequence.IsSequence(path) && StyleImage.IsImage(path), count);
    }

    private static void RequireFile(string path)
    {
        if (!File.Exists(path))
            throw new VideoStyleException(ErrorKind.Input, $"{path}: there is no such file.");
    }

    private static StyleSchedule Always => new([(TimeSpan.Zero, [1])]);

    private StylizerOptions Options => new() { Device = _request.Device, Precision = _request.Precision, MaxMemory = _request.MaxMemory };
}
