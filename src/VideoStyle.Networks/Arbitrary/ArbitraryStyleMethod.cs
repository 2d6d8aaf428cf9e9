using VideoStyle.Core.Errors;
using VideoStyle.Networks.Models;
using VideoStyle.Networks.Weights;
using VideoStyle.Torch.Files;

namespace VideoStyle.Networks.Arbitrary;

/// <summary>A way to paint after any picture, and where its files are.</summary>
public sealed class ArbitraryStyleMethod
{
    /// <summary>What to type next where files are missing.</summary>
    internal const string WhereToGet =
        "Put the published files into ~/.cache/videostyle/weights, or set VIDEOSTYLE_WEIGHTS to their folder; the README lists where they are published.";

    private const string LiteName = "lite";

    private readonly Func<ModelFiles, AnyStyleLoader?> _find;

    private ArbitraryStyleMethod(string name, Func<ModelFiles, AnyStyleLoader?> find) => (Name, _find) = (name, find);

    /// <summary>Gets every method, the one to prefer first.</summary>
    public static IReadOnlyList<ArbitraryStyleMethod> All { get; } =
    [
        new(LiteName, _ => File.Exists(StyleFamily.BuiltInAny) ? (d, t) => LiteArbitraryModel.Load(StyleFamily.BuiltInAny, d, t) : null),
        new("adain", files => files.NormalisedVgg is { } vgg && files.AdainDecoder is { } decoder ? (d, t) => AdainModel.Load(vgg, decoder, d, t) : null),
        new("microast", files => files.MicroAst is [var content, var style, var modulator, var decoder] ? (d, t) => MicroAstModel.Load(content, style, modulator, decoder, d, t) : null),
        new("wct", files => files.DistilledLevels is { Encoders: var encoders, Decoders: var decoders } ? (d, t) => WctModel.LoadDistilled(encoders, decoders, d, t) : null),
        new("swap", files => files.NormalisedVgg is { } vgg && files.AdainDecoder is { } decoder ? (d, t) => StyleSwapModel.Load(vgg, decoder, d, t) : null),
        new(
            "sanet",
            files =>
                files.NormalisedVgg is { } vgg && files.Sanet is [var transform, var decoder] ? (d, t) => SanetModel.Load(vgg, transform, decoder, d, t)
                : files.TrainedSanet is { } file ? (d, t) => SanetModel.Load(TensorFile.Read(file), d, t)
                : null
        ),
        new("wct-vgg", files => files.NormalisedVgg is { } vgg && files.WctDecoder is { } decoder ? (d, t) => WctModel.LoadVgg(vgg, decoder, d, t) : null),
    ];

    /// <summary>Gets what <c>--any-style</c> takes.</summary>
    public string Name { get; }

    /// <summary>Finds the family whose styles are as good as trained ones, where a name stands for it.</summary>
    /// <param name="name">A method, <c>auto</c>, or a <c>.safetensors</c> file trained with <c>--network any</c> or <c>sanet</c>.</param>
    /// <returns>Null for the other methods.</returns>
    /// <exception cref="VideoStyleException">The file is damaged or something else (Model).</exception>
    public static StyleFamily? FamilyOf(string name) =>
        IsTrainedFile(name) ? (IsSanet(name) ? null : StyleFamily.LoadAny(name))
        : name is LiteName or "auto" && File.Exists(StyleFamily.BuiltInAny) ? StyleFamily.LoadAny(StyleFamily.BuiltInAny)
        : null;

    /// <summary>Opens a method's network.</summary>
    /// <param name="name">A method, <c>auto</c> for the first whose files are there, a folder with the files of one, or a file trained with <c>--network any</c> or <c>sanet</c>.</param>
    /// <param name="weights">Where files are looked for.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="scalarType">What to convolve in.</param>
    /// <exception cref="VideoStyleException">There is no such method (Usage), or its files are missing or damaged (Model).</exception>
    public static ArbitraryStyleModel Open(string name, WeightsStore weights, Device device, ScalarType scalarType)
    {
        ArgumentNullException.ThrowIfNull(weights);
        if (IsTrainedFile(name))
            return IsSanet(name) ? SanetModel.Load(TensorFile.Read(name), device, scalarType) : LiteArbitraryModel.Load(name, device, scalarType);
        var files = new ModelFiles(Directory.Exists(name) ? [name, .. weights.Folders] : weights.Folders);
        var method = All.FirstOrDefault(m => string.Equals(m.Name, name, StringComparison.Ordinal));
        if (method is null && name is not "auto" && !Directory.Exists(name))
            throw new VideoStyleException(ErrorKind.Usage, $"There is no way '{name}' to paint after a picture.", $"Choose one of {string.Join(", ", All.Select(m => m.Name))}, or auto.");
        // Who names a folder wants what is in it, not the network that is always there.
        var inQuestion = name is "auto" ? All : All.Where(m => m.Name is not LiteName);
        var load = method is null ? inQuestion.Select(m => m._find(files)).FirstOrDefault(f => f is not null) : method._find(files);
        return load?.Invoke(device, scalarType)
            ?? throw new VideoStyleException(
                ErrorKind.Model,
                method is null
                    ? "Painting after a picture needs a network for any style, and none is on this machine."
                    : $"The files of '{name}' are not on this machine (looked in {string.Join(" and ", files.Folders)}).",
                WhereToGet
            );
    }

    private static bool IsSanet(string path) => File.Exists(path) && SanetModel.IsTrained(TensorFile.Read(path));

    private static bool IsTrainedFile(string name) => name.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase);
}
