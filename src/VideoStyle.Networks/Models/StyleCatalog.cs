using VideoStyle.Core.Errors;

namespace VideoStyle.Networks.Models;

/// <summary>The styles in one folder: every <c>.safetensors</c> file.</summary>
/// <param name="folder">The folder; may be absent.</param>
public sealed class StyleCatalog(string folder)
{
    private const string Extension = ".safetensors";

    /// <summary>Gets the styles that ship with the program.</summary>
    public static StyleCatalog BuiltIn { get; } = new(Path.Combine(AppContext.BaseDirectory, "styles"));

    /// <summary>Gets the names of the styles in alphabetical order.</summary>
    public IReadOnlyList<string> Names =>
        Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder, "*" + Extension).Select(f => Path.GetFileNameWithoutExtension(f)!).Order(StringComparer.Ordinal)]
            : [];

    /// <summary>Reads every style, in alphabetical order.</summary>
    /// <exception cref="VideoStyleException">A file is damaged (Model).</exception>
    public IEnumerable<StyleModel> LoadAll() => Names.Select(name => StyleModel.Load(PathOf(name)));

    /// <summary>Finds a style by name, or a model by its path.</summary>
    /// <param name="nameOrPath">
    /// A built-in style's name, words for its painter or painting (<c>vangogh</c>), or a file: a value with a separator or a known extension is a path. <c>FILE#NAME</c> is one
    /// style of a file of several, and <c>FILE#IMAGE</c> the style that a network for arbitrary styles predicts from an image.
    /// </param>
    /// <exception cref="VideoStyleException">There is no such style or file, or it is damaged (Model).</exception>
    public StyleModel Resolve(string nameOrPath)
    {
        ArgumentException.ThrowIfNullOrEmpty(nameOrPath);
        var names = Names;
        if (FromMultiStyleModel(nameOrPath) is { } chosen)
            return chosen;
        if (names.Contains(nameOrPath, StringComparer.Ordinal))
            return StyleModel.Load(PathOf(nameOrPath));
        if (File.Exists(nameOrPath) || nameOrPath.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal) || IsModelFile(nameOrPath))
            return StyleModel.Load(nameOrPath);

        var words = names.Select(name => (name, StyleSearch.WordsFor(name, StyleModel.Load(PathOf(name)).Metadata))).ToList();
        var meant = StyleSearch.Find(nameOrPath, words, whole: true);
        if (meant is [var only])
            return StyleModel.Load(PathOf(only));
        var candidates = meant.Count > 0 ? meant : StyleSearch.Find(nameOrPath, words, whole: false);
        throw new VideoStyleException(
            ErrorKind.Model,
            $"There is no style '{nameOrPath}'.{Suggest(candidates.Count > 0 ? candidates : Nearest(nameOrPath, names))}",
            "List the styles with `videostyle styles`, or give the path of a model file."
        );
    }

    private static string Suggest(IReadOnlyList<string> candidates) =>
        candidates.Count == 0 ? "" : $" Did you mean {string.Join(" or ", candidates.Select(candidate => $"'{candidate}'"))}?";

    private static IReadOnlyList<string> Nearest(string wanted, IReadOnlyList<string> names)
    {
        var nearest = names.Select(name => (Name: name, Distance: EditDistance(wanted.ToLowerInvariant(), name))).MinBy(n => n.Distance);
        return nearest.Name is not null && nearest.Distance <= Math.Max(2, nearest.Name.Length / 3) ? [nearest.Name] : [];
    }

    private static StyleModel? FromMultiStyleModel(string name)
    {
        var at = name.IndexOf('#', StringComparison.Ordinal);
        if (at <= 0 || File.Exists(name) || MultiStyleModel.TryLoad(name[..at]) is not { } model)
            return null;
        return model.Names.Count > 0 ? model.GetStyle(name[(at + 1)..]) : model.Predict(name[(at + 1)..]);
    }

    /// <summary>The edit distance with transpositions of neighbours (Damerau–Levenshtein, restricted).</summary>
    private static int EditDistance(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    rows[i, j] = i + j;
                    continue;
                }

                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                rows[i, j] = Math.Min(Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1, rows[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
            }
        }

        return rows[a.Length, b.Length];
    }

    private static bool IsModelFile(string name) =>
        Path.GetExtension(name).ToLowerInvariant() is Extension or ".pth" or ".pt" or ".npz" or ".tar";

    private string PathOf(string name) => Path.Combine(folder, name + Extension);
}
