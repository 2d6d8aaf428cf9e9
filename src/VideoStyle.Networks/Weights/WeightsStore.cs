using System.Globalization;
using VideoStyle.Core.Errors;
using VideoStyle.Native.Files;
using VideoStyle.Torch.Files;

namespace VideoStyle.Networks.Weights;

/// <summary>The store of the loss network's weights on this machine.</summary>
/// <param name="named">A file or folder that is searched first, as from <c>VIDEOSTYLE_WEIGHTS</c>; or null.</param>
/// <param name="cache">The folder that downloads go to.</param>
public sealed class WeightsStore(string? named, string cache)
{
    private const string Variable = "VIDEOSTYLE_WEIGHTS";
    private static readonly string[] Extensions = [".safetensors", ".npz", ".pth"];

    /// <summary>Gets the store of this user: <c>VIDEOSTYLE_WEIGHTS</c>, then <c>$XDG_CACHE_HOME/videostyle/weights</c> or <c>~/.cache/…</c>.</summary>
    public static WeightsStore User
    {
        get
        {
            var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } xdg
                ? xdg
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
            var named = Environment.GetEnvironmentVariable(Variable);
            return new WeightsStore(string.IsNullOrEmpty(named) ? null : named, Path.Combine(cache, "videostyle", "weights"));
        }
    }

    /// <summary>Gets the folder that downloads go to.</summary>
    public string Cache => cache;

    /// <summary>Gets the folders that files of other networks are searched in, first to last.</summary>
    public IReadOnlyList<string> Folders => named is null ? [cache] : [File.Exists(named) ? Path.GetDirectoryName(Path.GetFullPath(named))! : named, cache];

    /// <summary>Finds the weights of VGG-19.</summary>
    /// <returns>A file, or null where there is none.</returns>
    /// <exception cref="VideoStyleException">The file of <c>VIDEOSTYLE_WEIGHTS</c> does not exist (Model).</exception>
    public string? Find()
    {
        if (named is null)
            return FindIn(cache);
        return File.Exists(named)
            ? named
            : FindIn(named)
                ?? throw new VideoStyleException(
                    ErrorKind.Model,
                    $"{named}: {Variable} names it, but no VGG-19 is there.",
                    $"Unset {Variable} and type `videostyle weights`, or point it at a vgg19 file."
                );
    }

    /// <summary>Finds the weights.</summary>
    /// <exception cref="VideoStyleException">There are none (Model); the hint says how to get them.</exception>
    public string Require() =>
        Find()
        ?? throw new VideoStyleException(
            ErrorKind.Model,
            $"The weights of the loss network are not on this machine (looked in {cache}).",
            "Fetch them with `videostyle weights`, or set VIDEOSTYLE_WEIGHTS to a VGG-19 file."
        );

    /// <summary>Downloads the weights, and caches the layers that the losses use.</summary>
    /// <param name="weights">The file to fetch.</param>
    /// <param name="client">The HTTP client.</param>
    /// <param name="progress">Receives the number of bytes downloaded, those of an earlier attempt included; or null.</param>
    /// <param name="cancellationToken">Stops; the part already downloaded is kept for the next attempt.</param>
    /// <returns>The cached file: 14 MB, the first nine convolutions out of 575 MB.</returns>
    /// <exception cref="VideoStyleException">The download failed (Input), is not the published file (Model) or cannot be stored (Output).</exception>
    public async Task<string> FetchAsync(
        PublishedWeights weights,
        HttpClient client,
        IProgress<long>? progress,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(weights);
        var whole = Path.Combine(cache, Path.GetFileName(weights.Address.LocalPath));
        OutputTarget.CreateFolder(cache);
        await Download.RunAsync(weights, whole, client, progress, cancellationToken).ConfigureAwait(false);
        var kept = Path.Combine(cache, $"{weights.Name}.safetensors");
        Extract(weights, whole, kept);
        File.Delete(whole);
        return kept;
    }

    private static void Extract(PublishedWeights weights, string whole, string kept)
    {
        using var scope = NewDisposeScope();
        var tensors = TensorFile
            .Read(whole)
            .Tensors.Where(t => t.Key.StartsWith("features.", StringComparison.Ordinal))
            .Where(t => int.TryParse(t.Key.Split('.')[1], CultureInfo.InvariantCulture, out var index) && index <= 19) // conv4_1
            .ToDictionary(t => t.Key, t => t.Value.ToTensor(), StringComparer.Ordinal);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["source"] = weights.Address.ToString(),
            ["source_sha256"] = weights.Sha256,
            ["licence"] = weights.Licence,
        };
        SafetensorsWriter.Write(kept, tensors, ScalarType.Float32, metadata);
    }

    private static string? FindIn(string folder) =>
        Directory.Exists(folder)
            ? Directory
                .EnumerateFiles(folder, "vgg19*", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 2, IgnoreInaccessible = true })
                .Where(f => Extensions.Contains(Path.GetExtension(f), StringComparer.Ordinal))
                .Order(StringComparer.Ordinal)
                .FirstOrDefault()
            : null;
}
