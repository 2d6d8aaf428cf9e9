using VideoStyle.Core.Errors;
using VideoStyle.Native.Files;
using VideoStyle.Networks;
using VideoStyle.Networks.Arbitrary;
using VideoStyle.Networks.Models;
using VideoStyle.Networks.Weights;
using VideoStyle.Torch.Runtime;
using VideoStyle.Training;
using VideoStyle.Training.Optimization;

namespace VideoStyle.Judging;

/// <summary>Judges styles: how near each comes to its style image, beside <c>paint</c> at one end and the photo at the other.</summary>
/// <param name="options">What to judge.</param>
/// <param name="weights">Where the loss network of <c>paint</c> and the encoder are searched for.</param>
/// <param name="tell">Receives what takes time and what is left out, one sentence each.</param>
internal sealed class StyleJudge(StyleJudgeOptions options, WeightsStore weights, Action<string> tell)
{
    /// <summary>Judges.</summary>
    /// <param name="cancellationToken">Stops; a reference that is being painted goes on in the next run.</param>
    /// <returns>For each style image the photo, <c>paint</c> where it was asked for, and the styles.</returns>
    /// <exception cref="VideoStyleException">An option is out of range, or a file is missing or damaged.</exception>
    internal IEnumerable<JudgedStyle> Run(CancellationToken cancellationToken)
    {
        options.Validate();
        var photos = ContentOf(options.Photos).Select(p => (Path: p, IsPortrait: false))
            .Concat(ContentOf(options.Portraits).Select(p => (Path: p, IsPortrait: true)))
            .ToList();
        var styles = (options.Styles.Count > 0 ? options.Styles : StyleCatalog.BuiltIn.Names).Select(Find).OfType<(StyleModel Model, string Image)>().ToList();
        if (styles.Count == 0)
            throw new VideoStyleException(ErrorKind.Input, $"{options.StyleImages}: holds the style image of none of the styles.", "Name the folder with the images that the models were trained on; `videostyle styles` lists them.");
        TorchThreads.Set(Environment.ProcessorCount);
        using var encoder = VggEncoder.Load(FindEncoder(), VggEncoder.ToRelu51, CPU, ScalarType.Float32);
        foreach (var group in styles.GroupBy(s => s.Image, s => s.Model, StringComparer.Ordinal))
        {
            foreach (var judged in Judge(group.Key, [.. group], photos, encoder, cancellationToken))
                yield return judged;
        }
    }

    private IEnumerable<JudgedStyle> Judge(string styleImage, List<StyleModel> models, List<(string Path, bool IsPortrait)> photos, ConvolutionChain encoder, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        using var meter = new StyleMeter(encoder, Pixels.ReadStyleImage(styleImage, options.Size, crop: 0));
        var name = Path.GetFileName(styleImage);
        var painted = options.References is null ? null : photos.ToDictionary(p => p.Path, p => PaintIfMissing(p.Path, styleImage, cancellationToken), StringComparer.Ordinal);
        var reference = painted is null ? null : Score(meter, photos, (photo, x) => ReadPainted(painted[photo], x), cancellationToken);
        yield return new JudgedStyle("photo", null, name, Score(meter, photos, (_, x) => x.clone(), cancellationToken), reference);
        if (reference is not null)
            yield return new JudgedStyle("paint", null, name, reference, reference);
        foreach (var model in models)
        {
            using var network = model.CreateNetwork(CPU, ScalarType.Float32);
            yield return new JudgedStyle(model.Name, model.ArchitectureName, name, Score(meter, photos, (_, x) => network.Forward(x).clamp(0, 1), cancellationToken), reference);
        }
    }

    private StyleScore Score(StyleMeter meter, List<(string Path, bool IsPortrait)> photos, Func<string, Tensor, Tensor> stylize, CancellationToken cancellationToken)
    {
        using var noGrad = no_grad();
        var scores = new List<StyleScore>();
        foreach (var (path, isPortrait) in photos)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var photo = Read(path);
            scores.Add(meter.Score(stylize(path, photo), photo, isPortrait));
        }

        return StyleScore.Average(scores);
    }

    /// <summary>A photo, cropped to a size that every network takes as it is.</summary>
    private Tensor Read(string path)
    {
        using var scope = NewDisposeScope();
        var x = Pixels.Read(path, options.Size);
        return scope.MoveToOuter(x.narrow(2, 0, x.size(2) / 8 * 8).narrow(3, 0, x.size(3) / 8 * 8).contiguous());
    }

    private static Tensor ReadPainted(string path, Tensor photo)
    {
        using var scope = NewDisposeScope();
        var x = Pixels.Read(path, (int)Math.Min(photo.size(2), photo.size(3)));
        return x.size(2) == photo.size(2) && x.size(3) == photo.size(3)
            ? scope.MoveToOuter(x)
            : throw new VideoStyleException(ErrorKind.Input, $"{path}: is not of the photo's shape.", "It belongs to another photo of that name; keep it elsewhere, and a new one is painted.");
    }

    private string PaintIfMissing(string photo, string styleImage, CancellationToken cancellationToken)
    {
        var path = Path.Combine(options.References!, string.Create(null, $"{Path.GetFileNameWithoutExtension(styleImage)}.{Path.GetFileName(photo)}.{options.Size}.png"));
        if (File.Exists(path))
            return path;
        OutputTarget.CreateFolder(options.References!);
        using var scope = NewDisposeScope();
        var x = Read(photo);
        var content = Path.ChangeExtension(path, ".content.png");
        using (var frame = Pixels.ToFrame(x))
            Native.Media.ImageFile.Write(content, frame);
        tell($"{path}: paints the reference, which takes minutes and is kept");
        var painting = new OptimizationOptions
        {
            Content = content,
            Styles = [new(styleImage)],
            Output = path,
            LossWeights = weights.Require(),
            Size = (int)Math.Max(x.size(2), x.size(3)),
            Iterations = options.ReferenceSteps,
        };
        try
        {
            using var optimizer = new ImageOptimizer(painting with { Resume = File.Exists(painting.CheckpointPath) });
            if (!optimizer.Run(report: null, cancellationToken).Completed)
                throw new OperationCanceledException(cancellationToken);
        }
        finally
        {
            File.Delete(content);
        }

        return path;
    }

    private (StyleModel Model, string Image)? Find(string style)
    {
        var model = StyleCatalog.BuiltIn.Resolve(style);
        if (style.IndexOf('#', StringComparison.Ordinal) is > 0 and var at && File.Exists(style[(at + 1)..]))
            return (model, style[(at + 1)..]);
        var named = model.Metadata.GetValueOrDefault("style_image", "");
        var image = Path.Combine(options.StyleImages, Path.GetFileName(named));
        if (named.Length > 0 && File.Exists(image))
            return (model, image);
        tell(named.Length > 0 ? $"{model.Name} is left out: {image} is not there" : $"{model.Name} is left out: its metadata names no style image");
        return null;
    }

    private string FindEncoder() =>
        VggEncoder.FindToRelu51(new ModelFiles(weights.Folders))
        ?? throw new VideoStyleException(
            ErrorKind.Model,
            $"Styles are judged by a VGG-19 that reaches relu5_1, and none is on this machine (looked in {string.Join(" and ", weights.Folders)}).",
            "Put the distilled SE5.pth (2.6 MB), or vgg_normalised.pth, into ~/.cache/videostyle/weights, or set VIDEOSTYLE_WEIGHTS to its folder."
        );

    private static IEnumerable<string> ContentOf(IReadOnlyList<string> places) =>
        places.SelectMany(ContentDataset.List).Where(ContentDataset.IsImage);
}
