using System.Globalization;
using System.IO.Enumeration;
using VideoStyle.Torch.Files;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Networks.Arbitrary;

/// <summary>Finds published networks for arbitrary styles by the file names they are published under.</summary>
/// <param name="folders">Where to search, first to last; each with up to three levels of subfolders.</param>
internal sealed class ModelFiles(IReadOnlyList<string> folders)
{
    private const int Depth = 3;
    private const int MaxFiles = 20_000;
    private static readonly string[] Extensions = [".safetensors", ".npz", ".pth", ".pt", ".tar"];

    private static readonly string[] ToRelu51 = ["vgg*normalised*", "vgg19*", "SE5*", "5SE*"];

    private readonly Lazy<List<string>> _files = new(() => [.. folders.SelectMany(List)]);

    /// <summary>Gets the searched folders.</summary>
    internal IReadOnlyList<string> Folders => folders;

    /// <summary>Gets the normalized VGG-19.</summary>
    internal string? NormalisedVgg => Find("vgg*normalised*");

    /// <summary>Gets AdaIN's decoder: a file of that name, or any decoder in a folder of that name.</summary>
    internal string? AdainDecoder => Find("*adain*decoder*") ?? FindIn("*adain*", "decoder*");

    /// <summary>Gets the decoder of relu3_1.</summary>
    internal string? WctDecoder => FindIn("*wct*", "decoder*relu3_1*");

    /// <summary>Gets MicroAST's content encoder, style encoder, modulator and decoder; null where one is missing.</summary>
    internal string[]? MicroAst => Together("content_encoder*", "style_encoder*", "modulator*", "decoder*");

    /// <summary>Gets SANet's transform and decoder; null where one is missing.</summary>
    internal string[]? Sanet => Together("transform*", "decoder*");

    /// <summary>Gets a SANet that was trained here, by its file name.</summary>
    internal string? TrainedSanet => Find("*sanet*.safetensors");

    /// <summary>Gets a VGG-19 that reaches relu5_1, full or distilled; null where there is none.</summary>
    internal string? VggToRelu51 =>
        ToRelu51.SelectMany(pattern => _files.Value.Where(f => Matches(f, pattern))).FirstOrDefault(f => VggEncoder.ReachesRelu51(TensorFile.Read(f)));

    /// <summary>Gets distilled encoders and decoders from level 1 on; null where one is missing.</summary>
    internal (string[] Encoders, string[] Decoders)? DistilledLevels
    {
        get
        {
            string[] levels = [.. Enumerable.Range(1, 5).Select(i => i.ToString(CultureInfo.InvariantCulture))];
            var encoders = Together([.. levels.Select(i => $"SE{i}*")]) ?? Together([.. levels.Select(i => $"{i}SE*")]);
            var decoders = Together([.. levels.Select(i => $"SD{i}*")]) ?? Together([.. levels.Select(i => $"{i}SD*")]);
            return encoders is null || decoders is null ? null : (encoders, decoders);
        }
    }

    private string? Find(string pattern) => _files.Value.Find(f => Matches(f, pattern));

    private string? FindIn(string folder, string pattern) =>
        _files.Value.Find(f => Matches(f, pattern) && FileSystemName.MatchesSimpleExpression(folder, Path.GetFileName(Path.GetDirectoryName(f)) ?? ""));

    // One file for each pattern, all in one folder.
    private string[]? Together(params string[] patterns) =>
        _files.Value.GroupBy(Path.GetDirectoryName, StringComparer.Ordinal)
            .Select(folder => patterns.Select(pattern => folder.FirstOrDefault(f => Matches(f, pattern))).OfType<string>().ToArray())
            .FirstOrDefault(found => found.Length == patterns.Length);

    private static bool Matches(string file, string pattern) => FileSystemName.MatchesSimpleExpression(pattern, Path.GetFileName(file));

    private static IEnumerable<string> List(string folder)
    {
        if (!Directory.Exists(folder))
            return [];
        var options = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = Depth, IgnoreInaccessible = true };
        return Directory.EnumerateFiles(folder, "*", options)
            .Where(f => Extensions.Contains(Path.GetExtension(f).ToLowerInvariant(), StringComparer.Ordinal))
            .Take(MaxFiles)
            .Order(StringComparer.Ordinal);
    }
}
