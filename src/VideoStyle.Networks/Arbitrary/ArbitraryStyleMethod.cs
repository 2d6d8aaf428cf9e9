using VideoStyle.Core.Errors;
using VideoStyle.Networks.Models;
using VideoStyle.Networks.Weights;
using VideoStyle.Torch.Files;

namespace VideoStyle.Networks.Arbitrary;

/// <summary>A method of arbitrary style transfer: its name, and how its files are found and loaded.</summary>
public sealed class ArbitraryStyleMethod
{
    /// <summary>The hint where files are missing.</summary>
    internal const string WhereToGet =
        "Put the published files into ~/.cache/videostyle/weights, or set VIDEOSTYLE_WEIGHTS to their folder; the README lists where they are published.";

    private const string LiteName = "lite";

    private readonly Func<ModelFiles, ArbitraryStyleLoader?> _find;

    private ArbitraryStyleMethod(string name, Func<ModelFiles, ArbitraryStyleLoader?> find) => (Name, _find) = (name, find);

    /// <summary>Gets every method, the preferred one first.</summary>
    /// <remarks>A new method is a class and a line here. The lambdas keep this list from loading the classes, and libtorch with them.</remarks>
    public static IReadOnlyList<ArbitraryStyleMethod> All { get; } =
    [
        new(LiteName, _ => LiteArbitraryModel.FindBuiltIn()) { IsPublished = false },
        new("adain", files => AdainModel.Find(files)),
        new("microast", files => MicroAstModel.Find(files)),
        new("wct", files => WctModel.FindDistilled(files)),
        new("swap", files => StyleSwapModel.Find(files)),
        new("sanet", files => SanetModel.Find(files)),
        new("wct-vgg", files => WctModel.FindVgg(files)),
        new("recolor", _ => (device, _) => new RecolorModel(device)) { IsPublished = false },
    ];

    /// <summary>Gets the names of the methods.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(m => m.Name)];

    /// <summary>Gets the name.</summary>
    public string Name { get; }

    /// <summary>Gets a value indicating whether the method needs published files; a folder is searched for such methods only.</summary>
    private bool IsPublished { get; init; } = true;

    /// <summary>Finds the network of <see cref="PredictedStyleParameterization"/> that a name stands for, whose styles are as fast as trained ones.</summary>
    /// <param name="name">A method, <c>auto</c>, or a trained <c>.safetensors</c> file.</param>
    /// <returns>Null for the other methods.</returns>
    /// <exception cref="VideoStyleException">The file is damaged or something else (Model).</exception>
    public static MultiStyleModel? FindMultiStyleModel(string name) =>
        IsTrainedFile(name) ? (IsSanet(name) ? null : MultiStyleModel.LoadArbitrary(name))
        : name is LiteName or "auto" && File.Exists(MultiStyleModel.BuiltInArbitrary) ? MultiStyleModel.LoadArbitrary(MultiStyleModel.BuiltInArbitrary)
        : null;

    /// <summary>Opens a method's network.</summary>
    /// <param name="name">A method, <c>auto</c> for the first whose files are there, a folder with the files of one, or a trained <c>.safetensors</c> file.</param>
    /// <param name="weights">Where files are searched for.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="dtype">The dtype of the convolutions.</param>
    /// <exception cref="VideoStyleException">There is no such method (Usage), or its files are missing or damaged (Model).</exception>
    public static ArbitraryStyleModel Open(string name, WeightsStore weights, Device device, ScalarType dtype)
    {
        ArgumentNullException.ThrowIfNull(weights);
        if (IsTrainedFile(name))
            return IsSanet(name) ? SanetModel.Load(TensorFile.Read(name), device, dtype) : LiteArbitraryModel.Load(name, device, dtype);
        var files = new ModelFiles(Directory.Exists(name) ? [name, .. weights.Folders] : weights.Folders);
        var method = All.FirstOrDefault(m => string.Equals(m.Name, name, StringComparison.Ordinal));
        if (method is null && name is not "auto" && !Directory.Exists(name))
            throw new VideoStyleException(ErrorKind.Usage, $"There is no method '{name}' of arbitrary style transfer.", $"Choose one of {string.Join(", ", All.Select(m => m.Name))}, or auto.");
        var candidates = All.Where(m => m.IsPublished || (name is "auto" && m.Name is LiteName));
        var load = method is null ? candidates.Select(m => m._find(files)).FirstOrDefault(f => f is not null) : method._find(files);
        return load?.Invoke(device, dtype)
            ?? throw new VideoStyleException(
                ErrorKind.Model,
                method is null
                    ? "There is no network for arbitrary styles on this machine."
                    : $"The files of '{name}' are not on this machine (looked in {string.Join(" and ", files.Folders)}).",
                WhereToGet
            );
    }

    private static bool IsSanet(string path) => File.Exists(path) && SanetModel.IsTrained(TensorFile.Read(path));

    private static bool IsTrainedFile(string name) => name.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase);
}
