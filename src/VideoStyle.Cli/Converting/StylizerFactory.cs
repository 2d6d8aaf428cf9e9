using VideoStyle.Cli.Output;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Core.Styling;
using VideoStyle.Native;
using VideoStyle.Native.Media;
using VideoStyle.Networks;
using VideoStyle.Networks.AnyStyle;
using VideoStyle.Networks.Models;
using VideoStyle.Networks.Weights;

namespace VideoStyle.Cli.Converting;

/// <summary>Prepares the style that a conversion names.</summary>
internal static class StylizerFactory
{
    /// <summary>Loads what the request names: built-in styles, model files, pictures, a collection, or <c>none</c>, which paints nothing.</summary>
    /// <param name="request">The conversion.</param>
    /// <param name="json">Whether the choices of a collection are told as JSON.</param>
    /// <exception cref="VideoStyleException">There is no such style, its network is not there, or the device cannot run it.</exception>
    public static IStylizer Create(ConversionRequest request, bool json = false)
    {
        var spec = StyleSpec.Parse(request.Style);
        if (spec.Names is not [IdentityStylizer.Name])
            VideoStyleNative.Require(NativeUnits.Torch);
        Check(request, spec);
        return request.Collection is null ? Create(request, spec) : Collection(request, json);
    }

    /// <summary>Finds out whether styles are there, without loading them.</summary>
    /// <exception cref="VideoStyleException">One is not.</exception>
    public static void Require(string style)
    {
        foreach (var name in StyleSpec.Parse(style).Names)
        {
            if (!StylePicture.IsPicture(name))
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

    private static IStylizer Create(ConversionRequest request, StyleSpec spec)
    {
        if (request.Mask is { } mask)
        {
            // One style and its mask: black stays as it was filmed.
            var assignment = OpenMask(mask, Math.Max(2, spec.Names.Count));
            if (!spec.IsSingle && spec.Names.All(StylePicture.IsPicture))
                return Pictures(request, spec.Names, assignment);
            var parts = spec.Names.Select(name => Part(request, name)).ToList();
            if (spec.IsSingle)
                parts.Add(new IdentityStylizer());
            return new BlendedStylizer(parts, assignment, $"{string.Join(" + ", parts.Select(p => p.Description))}, by {Path.GetFileName(mask)}");
        }

        if (spec.IsSingle)
            return Part(request, spec.Names[0]);
        if (spec.Keys.Count == 1 && StyleFamily.Mix([.. Models(request, spec)]) is { } between)
            return Trained(request, between);
        StyleSchedule schedule = new(spec.Keys);
        return spec.Names.All(StylePicture.IsPicture)
            ? Pictures(request, spec.Names, schedule)
            : Blend([.. spec.Names.Select(name => Part(request, name))], schedule);
    }

    private static BlendedStylizer Blend(IReadOnlyList<IStylizer> parts, StyleAssignment assignment) =>
        new(parts, assignment, string.Join(" + ", parts.Select(p => p.Description)));

    private static IStylizer Part(ConversionRequest request, string name)
    {
        if (name is IdentityStylizer.Name)
            return new IdentityStylizer();
        if (StylePicture.IsPicture(name) && AnyStyleMethod.FamilyOf(request.AnyStyle) is null)
            return Pictures(request, [name], Always);
        return Trained(request, Model(request, name));
    }

    /// <summary>The styles with their shares, where all of them are models or can become one.</summary>
    private static IEnumerable<(StyleModel Model, double Share)> Models(ConversionRequest request, StyleSpec spec) =>
        spec.Names.Contains(IdentityStylizer.Name, StringComparer.Ordinal)
        || (AnyStyleMethod.FamilyOf(request.AnyStyle) is null && spec.Names.Any(StylePicture.IsPicture))
            ? []
            : spec.Names.Zip(spec.Keys[0].Shares).Where(s => s.Second > 0).Select(s => (Model(request, s.First), s.Second));

    private static StyleModel Model(ConversionRequest request, string name)
    {
        if (!StylePicture.IsPicture(name))
            return StyleCatalog.BuiltIn.Resolve(name);
        RequireFile(name);
        return AnyStyleMethod.FamilyOf(request.AnyStyle)!.After(name);
    }

    private static IStylizer Trained(ConversionRequest request, StyleModel model)
    {
        var trained = Dress(request, TorchStylizer.Create(model, Options(request)));
        return request.Strength >= 1
            ? trained
            : Blend([trained, new IdentityStylizer()], new StyleSchedule([(TimeSpan.Zero, [request.Strength, 1 - request.Strength])]));
    }

    // Around what paints and not around the whole, so that what is not painted stays as it was filmed.
    private static IStylizer Dress(ConversionRequest request, IStylizer stylizer)
    {
        if (request.Scale is { } scale)
            stylizer = new ScaledStylizer(stylizer, scale.For, scale.Name);
        return request.PreserveColor == ColorKeeping.None ? stylizer : new ColorKeepingStylizer(stylizer, request.PreserveColor);
    }

    private static IStylizer Pictures(ConversionRequest request, IReadOnlyList<string> pictures, StyleAssignment assignment)
    {
        foreach (var picture in pictures)
            RequireFile(picture);
        var stylizer = AnyStyleStylizer.Create(
            (device, type) => AnyStyleMethod.Open(request.AnyStyle, WeightsStore.User, device, type), pictures, assignment, request.Strength, Options(request));
        try
        {
            if (request.Collection is null)
                stylizer.Warm();
            return Dress(request, stylizer);
        }
        catch
        {
            stylizer.Dispose();
            throw;
        }
    }

    private static IStylizer Collection(ConversionRequest request, bool json)
    {
        var store = WeightsStore.User;
        var collection = StyleFolder.Open(request.Collection!, store.Require, store.Cache);
        foreach (var note in collection.Notes)
            Console.Error.WriteLine($"left out: {note}");
        return Pictures(request, collection.Pictures, new CollectionAssignment(collection, request.Nearest, Tell));

        void Tell(StyleChoice choice)
        {
            if (json)
                JsonLine.Write(new { v = 1, type = "style", shot = choice.Shot, seconds = choice.Begin.TotalSeconds, pictures = choice.Pictures });
            else
                Console.Error.WriteLine(choice);
        }
    }

    private static StyleMask OpenMask(string path, int count)
    {
        VideoStyleNative.Require(NativeUnits.Media);
        IFrameSource Open() => FrameSource.Open(path, new SourceOptions { Threads = 1 });
        using (Open())
        {
            // A mask that cannot be read is told before anything is painted.
        }

        return new StyleMask(Open, path, !PictureSequence.IsSequence(path) && StylePicture.IsPicture(path), count);
    }

    private static void RequireFile(string path)
    {
        if (!File.Exists(path))
            throw new VideoStyleException(ErrorKind.Input, $"{path}: there is no such file.");
    }

    private static StyleSchedule Always => new([(TimeSpan.Zero, [1])]);

    private static StylizerOptions Options(ConversionRequest request) => new() { Device = request.Device, Precision = request.Precision, MaxMemory = request.MaxMemory };
}
