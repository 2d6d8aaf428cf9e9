using System.Text.Json;
using VideoStyle.Core.Errors;
using VideoStyle.Networks.Arbitrary;
using VideoStyle.Torch.Files;

namespace VideoStyle.Networks.Models;

/// <summary>A file that holds several styles, or paints after any picture; each comes out as a <see cref="StyleModel"/> of its own.</summary>
public sealed class StyleFamily
{
    private const string CardField = "family";

    private readonly TensorFile _file;

    private StyleFamily(TensorFile file, NetworkArchitecture architecture, IReadOnlyList<string> names) =>
        (_file, Architecture, Names) = (file, architecture, names);

    /// <summary>Gets the form of the network that all its styles paint with.</summary>
    public NetworkArchitecture Architecture { get; }

    /// <summary>Gets the names of the styles; empty where it paints after any picture.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Gets what the file says about itself.</summary>
    public IReadOnlyDictionary<string, string> Card => _file.Metadata;

    /// <summary>Reads a family.</summary>
    /// <param name="path">A <c>.safetensors</c> file.</param>
    /// <returns>Null where there is no such file, or it holds one style.</returns>
    /// <exception cref="VideoStyleException">The file is damaged (Model).</exception>
    public static StyleFamily? TryLoad(string path)
    {
        if (!File.Exists(path))
            return null;
        var file = TensorFile.Read(path);
        if (!file.Metadata.TryGetValue(CardField, out var kind))
            return null;
        if (SanetModel.IsTrained(file))
            throw Attention(file);
        var architecture =
            NetworkArchitecture.Find(file.Metadata.GetValueOrDefault("architecture")) ?? throw Damaged(path, "its card names no known network");
        string[] names = kind switch
        {
            "predicted" => [],
            "table" => StyleNames(file),
            _ => throw Damaged(path, $"its kind '{kind}' is unknown"),
        };
        StyleForm form = names.Length > 0 ? new TableForm(architecture, names.Length) : new PredictedForm(architecture, []);
        foreach (var (name, shape) in form.Parameters)
        {
            if (!file.Tensors.TryGetValue(name, out var tensor) || !tensor.Shape.SequenceEqual(shape))
                throw Damaged(path, $"'{name}' is missing or not [{string.Join(", ", shape)}]");
        }

        return new StyleFamily(file, architecture, names);
    }

    /// <summary>Gets the file that paints after any picture and comes with the program; may be absent.</summary>
    public static string BuiltInAny { get; } = Path.Combine(AppContext.BaseDirectory, "styles", "any", "lite.safetensors");

    /// <summary>Reads a family that paints after any picture.</summary>
    /// <param name="path">A <c>.safetensors</c> file.</param>
    /// <exception cref="VideoStyleException">The file is missing, damaged or holds fixed styles (Model).</exception>
    public static StyleFamily LoadAny(string path) =>
        TryLoad(path) is { Names.Count: 0 } family
            ? family
            : throw new VideoStyleException(ErrorKind.Model, $"{path}: is no network that paints after any picture.", "Train one with `videostyle train PICTURES out.safetensors --network any`.");

    /// <summary>Takes one style out.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <exception cref="VideoStyleException">There is no such style (Model).</exception>
    public StyleModel Style(string name)
    {
        var style = Names.ToList().IndexOf(name);
        if (style < 0)
            throw new VideoStyleException(ErrorKind.Model, $"{_file.Path}: holds no style '{name}'.", $"It holds {string.Join(", ", Names)}.");
        return Make(name, new TableForm(Architecture, Names.Count), style);
    }

    /// <summary>Makes a style after a picture.</summary>
    /// <param name="picture">A picture file, 64 pixels and more on each side.</param>
    /// <exception cref="VideoStyleException">The picture is missing, damaged or too small (Input), or this family holds fixed styles (Model).</exception>
    public StyleModel After(string picture)
    {
        if (Names.Count > 0)
            throw new VideoStyleException(ErrorKind.Model, $"{_file.Path}: holds {Names.Count} fixed styles and cannot paint after a picture.", $"It holds {string.Join(", ", Names)}.");
        using var scope = NewDisposeScope();
        var pixels = StylePicture.Read(picture, PredictedForm.PictureSize);
        return Make(Path.GetFileNameWithoutExtension(picture), new PredictedForm(Architecture, [pixels]), 0);
    }

    /// <summary>Makes the style between others of one family.</summary>
    /// <param name="styles">Styles and their weights, above 0.</param>
    /// <returns>A style whose normalisations and head are the weighted means (Dumoulin, Shlens and Kudlur, 2017, section 3.3); null where the styles do not paint with the same convolutions.</returns>
    public static StyleModel? Mix(IReadOnlyList<(StyleModel Model, double Weight)> styles)
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
        var parts = styles.Select(s => (Tensors: s.Model.Tensors(), Share: s.Weight / total)).ToList();
        var mean = first.Architecture.Parameters.Keys.ToDictionary(
            name => name,
            name => StyleForm.IsStyled(first.Architecture, name) ? parts.Select(p => p.Tensors[name] * p.Share).Aggregate((a, b) => a + b) : parts[0].Tensors[name],
            StringComparer.Ordinal
        );
        return new StyleModel(string.Join(" + ", styles.Select(s => s.Model.Name)), first.Path, first.Architecture, first.Card, mean);
    }

    /// <summary>Says how to use a file of several styles where one of a single style is wanted.</summary>
    internal static void RefuseIn(TensorFile file)
    {
        if (!file.Metadata.TryGetValue(CardField, out var kind))
            return;
        if (SanetModel.IsTrained(file))
            throw Attention(file);
        throw string.Equals(kind, "table", StringComparison.Ordinal)
            ? new VideoStyleException(ErrorKind.Model, $"{file.Path}: holds several styles.", $"Name one: --style '{file.Path}#{StyleNames(file).FirstOrDefault()}'. It holds {string.Join(", ", StyleNames(file))}.")
            : new VideoStyleException(ErrorKind.Model, $"{file.Path}: paints after a picture and holds no style of its own.", $"Name the picture: --style '{file.Path}#painting.jpg'.");
    }

    /// <summary>Copies all tensors, in float; for the current scope.</summary>
    internal IReadOnlyDictionary<string, Tensor> Tensors() =>
        _file.Tensors.ToDictionary(t => t.Key, t => t.Value.ToTensor().to(ScalarType.Float32), StringComparer.Ordinal);

    private StyleModel Make(string name, StyleForm form, int style)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return new StyleModel(name, _file.Path, Architecture, Card, form.Weights(Tensors(), style));
    }

    private static string[] StyleNames(TensorFile file)
    {
        const int Most = 1000;
        try
        {
            var names = JsonSerializer.Deserialize<string[]>(file.Metadata.GetValueOrDefault("styles", "[]"));
            return names is { Length: > 0 and <= Most } ? names : throw Damaged(file.Path, "its card lists no styles");
        }
        catch (JsonException e)
        {
            throw Damaged(file.Path, $"its list of styles is no JSON ({e.Message})");
        }
    }

    private static VideoStyleException Attention(TensorFile file) =>
        new(ErrorKind.Model, $"{file.Path}: paints after a picture and holds no style of its own.", $"Name the picture: --style painting.jpg --any-style '{file.Path}'.");

    private static VideoStyleException Damaged(string path, string what) =>
        new(ErrorKind.Model, $"{path}: is no family of styles that can be read: {what}.", "See `videostyle styles` for styles that can.");
}
