using VideoStyle.Core.Errors;
using VideoStyle.Core.Stylizers;
using VideoStyle.Networks.Arbitrary;
using VideoStyle.Networks.Models;
using VideoStyle.Styles;

namespace VideoStyle.Watch.Scanning;

/// <summary>Decides what a preset may name: whoever can drop a video can write one, and the watcher reads files that they cannot.</summary>
/// <remarks>
/// Built-in styles, the watcher's own styles, and what lies in the folders of <see cref="WatchOptions.StyleFolders"/>. Options of
/// an encoder are the operator's alone: some of them name files that the encoder writes.
/// </remarks>
internal sealed class PresetAccess(WatchOptions options)
{
    private static readonly string[] Files = ["mask", "style-collection"];

    // They become options of the encoder, whose list is divided by these signs.
    private static readonly string[] Words = ["codec", "preset", "tune", "pixel-format"];

    private readonly HashSet<string> _own = [.. options.Styles, .. options.Styles.SelectMany(style => StyleSpec.Parse(style).Names)];

    /// <summary>Checks a preset and puts the full paths of files into it.</summary>
    /// <param name="file">The preset's file, for messages.</param>
    /// <param name="preset">The preset.</param>
    /// <exception cref="VideoStyleException">It names what it may not, or a style that is not there (Usage).</exception>
    public Preset Admit(string file, Preset preset)
    {
        Dictionary<string, IReadOnlyList<string>> admitted = new(preset.Options, StringComparer.Ordinal);
        foreach (var (name, texts) in preset.Options)
        {
            if (name is "encoder-options")
                throw Preset.Wrong(file, "sets encoder-options, which only `videostyle watch --encoder-options` may: an encoder takes names of files in them");
            if (Words.Contains(name, StringComparer.Ordinal) && texts.Any(text => text.AsSpan().ContainsAny(":=")))
                throw Preset.Wrong(file, $"\"{name}\" takes one word, not '{texts[0]}'");
            if (Files.Contains(name, StringComparer.Ordinal) || (name is "arbitrary-method" && !IsMethod(texts[0])))
                admitted[name] = [.. texts.Select(text => Resolve(text) ?? throw Refusal(file, text))];
        }

        return preset with { Styles = preset.Styles is null ? null : [.. preset.Styles.Select(style => Style(file, style))], Options = admitted };
    }

    private static bool IsMethod(string text) => text is "auto" || ArbitraryStyleMethod.Names.Contains(text, StringComparer.Ordinal);

    private string Style(string file, string text)
    {
        if (_own.Contains(text))
            return text;
        try
        {
            var spec = StyleSpec.Parse(text);
            if (spec is { IsSingle: true, Weighted: false })
                return Name(file, spec.Names[0]);
            // Weights and times stand around the names, so each must be what it stands for.
            return spec.Names.FirstOrDefault(name => !string.Equals(Name(file, name), name, StringComparison.Ordinal)) is { } relative
                ? throw Preset.Wrong(file, $"a mixture names its files by full paths, not '{relative}'")
                : text;
        }
        catch (VideoStyleException e) when (!e.Message.StartsWith(file, StringComparison.Ordinal))
        {
            throw Preset.Wrong(file, e.Message.TrimEnd('.'), e);
        }
    }

    private string Name(string file, string name)
    {
        if (name is IdentityStylizer.Name || _own.Contains(name) || StyleCatalog.BuiltIn.Names.Contains(name, StringComparer.Ordinal))
            return name;
        if (Resolve(name) is { } path)
            return path;
        // FILE#NAME is a style of a file with several, FILE#IMAGE one that is made of an image.
        if (name.IndexOf('#', StringComparison.Ordinal) is > 0 and var at && Resolve(name[..at]) is { } model)
        {
            var style = name[(at + 1)..];
            return style.Contains('/', StringComparison.Ordinal) || File.Exists(style) || StyleImage.IsImage(style)
                ? $"{model}#{Resolve(style) ?? throw Refusal(file, style)}"
                : $"{model}#{style}";
        }

        if (!name.Contains('/', StringComparison.Ordinal) && !File.Exists(name) && !StyleImage.IsImage(name))
            StyleCatalog.BuiltIn.Resolve(name); // says what is near
        throw Refusal(file, name);
    }

    // The file in a folder of the operator's, or null. Links in such a folder are the operator's own.
    private string? Resolve(string path) =>
        options.StyleFolders
            .Select(folder => (Folder: Path.GetFullPath(folder).TrimEnd('/') + '/', Full: Path.GetFullPath(path, Path.GetFullPath(folder))))
            .Where(place => place.Full.StartsWith(place.Folder, StringComparison.Ordinal) && Path.Exists(place.Full))
            .Select(place => place.Full)
            .FirstOrDefault();

    private VideoStyleException Refusal(string file, string name) =>
        Preset.Wrong(file, $"names '{name}', which is neither built in nor in {(options.StyleFolders.Count == 0 ? "a folder of --style-folder" : string.Join(" or ", options.StyleFolders))}");
}
