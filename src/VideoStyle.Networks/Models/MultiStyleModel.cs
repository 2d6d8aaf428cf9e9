using System.Text.Json;
using VideoStyle.Core.Errors;
using VideoStyle.Networks.Arbitrary;
using VideoStyle.Torch.Files;

namespace VideoStyle.Networks.Models;

/// <summary>A model file with several styles, or with a network for arbitrary styles; each style is taken out as a <see cref="StyleModel"/>.</summary>
public sealed class MultiStyleModel
{
    private const string MetadataField = "family";

    private readonly TensorFile _file;

    private MultiStyleModel(TensorFile file, NetworkArchitecture architecture, IReadOnlyList<string> names) =>
        (_file, Architecture, Names) = (file, architecture, names);

    /// <summary>Gets the architecture that all styles share.</summary>
    internal NetworkArchitecture Architecture { get; }

    /// <summary>Gets the names of the styles; empty for a network for arbitrary styles.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Gets the model metadata.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _file.Metadata;

    /// <summary>Reads a file of several styles.</summary>
    /// <param name="path">A <c>.safetensors</c> file.</param>
    /// <returns>Null where there is no such file, or it holds a single style.</returns>
    /// <exception cref="VideoStyleException">The file is damaged (Model).</exception>
    public static MultiStyleModel? TryLoad(string path)
    {
        if (!File.Exists(path))
            return null;
        var file = TensorFile.Read(path);
        if (!file.Metadata.TryGetValue(MetadataField, out var kind))
            return null;
        if (SanetModel.IsTrained(file))
            throw Attention(file);
        var architecture =
            NetworkArchitecture.Find(file.Metadata.GetValueOrDefault("architecture")) ?? throw Damaged(path, "its metadata names no known architecture");
        string[] names = kind switch
        {
            "predicted" => [],
            "table" => StyleNames(file),
            _ => throw Damaged(path, $"its family '{kind}' is unknown"),
        };
        StyleParameterization parameterization = names.Length > 0 ? new StyleTableParameterization(architecture, names.Length) : new PredictedStyleParameterization(architecture, []);
        foreach (var (name, shape) in parameterization.Parameters)
        {
            if (!file.Tensors.TryGetValue(name, out var tensor) || !tensor.Shape.SequenceEqual(shape))
                throw Damaged(path, $"'{name}' is missing or not [{string.Join(", ", shape)}]");
        }

        return new MultiStyleModel(file, architecture, names);
    }

    /// <summary>Gets the path of the network for arbitrary styles that ships with the program; the file may be absent.</summary>
    public static string BuiltInArbitrary { get; } = Path.Combine(AppContext.BaseDirectory, "styles", "any", "lite.safetensors");

    /// <summary>Reads a network for arbitrary styles.</summary>
    /// <param name="path">A <c>.safetensors</c> file.</param>
    /// <exception cref="VideoStyleException">The file is missing, damaged or holds fixed styles (Model).</exception>
    public static MultiStyleModel LoadArbitrary(string path) =>
        TryLoad(path) is { Names.Count: 0 } model
            ? model
            : throw new VideoStyleException(ErrorKind.Model, $"{path}: is no network for arbitrary styles.", "Train one with the architecture `any`.");

    /// <summary>Takes one style out of the file.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <exception cref="VideoStyleException">There is no such style (Model).</exception>
    public StyleModel GetStyle(string name)
    {
        var style = Names.ToList().IndexOf(name);
        if (style < 0)
            throw new VideoStyleException(ErrorKind.Model, $"{_file.Path}: holds no style '{name}'.", $"It holds {string.Join(", ", Names)}.");
        return Create(name, new StyleTableParameterization(Architecture, Names.Count), style);
    }

    /// <summary>Predicts a style from a style image.</summary>
    /// <param name="styleImage">An image file, at least 64 pixels on each side.</param>
    /// <exception cref="VideoStyleException">The image is missing, damaged or too small (Input), or this file holds fixed styles (Model).</exception>
    public StyleModel Predict(string styleImage)
    {
        if (Names.Count > 0)
            throw new VideoStyleException(ErrorKind.Model, $"{_file.Path}: holds {Names.Count} fixed styles and takes no style image.", $"It holds {string.Join(", ", Names)}.");
        using var scope = NewDisposeScope();
        var pixels = StyleImage.Read(styleImage, PredictedStyleParameterization.StyleImageSize);
        return Create(Path.GetFileNameWithoutExtension(styleImage), new PredictedStyleParameterization(Architecture, [pixels]), 0);
    }

    /// <summary>Interpolates between styles of one file.</summary>
    /// <param name="styles">Styles and their weights, above 0.</param>
    /// <returns>
    /// A style whose normalization parameters and head are the weighted means (Dumoulin, Shlens and Kudlur, 2017, section 3.3);
    /// null where the styles do not share their convolutions.
    /// </returns>
    public static StyleModel? Interpolate(IReadOnlyList<(StyleModel Model, double Weight)> styles)
    {
        ArgumentNullException.ThrowIfNull(styles);
        if (styles.Count == 0)
            return null;
        var first = styles[0].Model;
        if (!styles.All(s => s.Model.SharesConvolutionsWith(first)))
            return null;
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var total = styles.Sum(s => s.Weight);
        var parts = styles.Select(s => (Tensors: s.Model.Tensors(), Weight: s.Weight / total)).ToList();
        var mean = first.Architecture.Parameters.Keys.ToDictionary(
            name => name,
            name => StyleParameterization.IsStyleSpecific(first.Architecture, name) ? parts.Select(p => p.Tensors[name] * p.Weight).Aggregate((a, b) => a + b) : parts[0].Tensors[name],
            StringComparer.Ordinal
        );
        return new StyleModel(string.Join(" + ", styles.Select(s => s.Model.Name)), first.Path, first.Architecture, first.Metadata, mean);
    }

    /// <summary>Rejects a file of several styles where a single style is expected.</summary>
    /// <exception cref="VideoStyleException">It is one (Model); the hint says how to name one of its styles.</exception>
    internal static void ThrowIfMultiStyle(TensorFile file)
    {
        if (!file.Metadata.TryGetValue(MetadataField, out var kind))
            return;
        if (SanetModel.IsTrained(file))
            throw Attention(file);
        throw string.Equals(kind, "table", StringComparison.Ordinal)
            ? new VideoStyleException(ErrorKind.Model, $"{file.Path}: holds several styles.", $"Name one as '{file.Path}#{StyleNames(file).FirstOrDefault()}'. It holds {string.Join(", ", StyleNames(file))}.")
            : new VideoStyleException(ErrorKind.Model, $"{file.Path}: is a network for arbitrary styles and holds no style of its own.", $"Name the style image as '{file.Path}#image.jpg'.");
    }

    /// <summary>Copies all tensors as float; they belong to the current scope.</summary>
    internal IReadOnlyDictionary<string, Tensor> Tensors() =>
        _file.Tensors.ToDictionary(t => t.Key, t => t.Value.ToTensor().to(ScalarType.Float32), StringComparer.Ordinal);

    private StyleModel Create(string name, StyleParameterization parameterization, int style)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return new StyleModel(name, _file.Path, Architecture, Metadata, parameterization.Weights(Tensors(), style));
    }

    private static string[] StyleNames(TensorFile file)
    {
        const int MaxStyles = 1000;
        try
        {
            var names = JsonSerializer.Deserialize<string[]>(file.Metadata.GetValueOrDefault("styles", "[]"));
            return names is { Length: > 0 and <= MaxStyles } ? names : throw Damaged(file.Path, "its metadata lists no styles");
        }
        catch (JsonException e)
        {
            throw Damaged(file.Path, $"its list of styles is no JSON, from line {(e.LineNumber ?? 0) + 1} on");
        }
    }

    private static VideoStyleException Attention(TensorFile file) =>
        new(ErrorKind.Model, $"{file.Path}: is a SANet for arbitrary styles and holds no style of its own.", "Name a style image as the style, and this file as its arbitrary style method.");

    private static VideoStyleException Damaged(string path, string what) =>
        new(ErrorKind.Model, $"{path}: is no readable file of several styles: {what}.", "See `videostyle styles` for styles that can be read.");
}
