using System.Text.Json;
using VideoStyle.Core.Errors;

namespace VideoStyle.Watch.Scanning;

/// <summary>What <c>videostyle.json</c> in a folder sets for the videos in and below it: every option of <c>convert</c>, several styles, or nothing at all.</summary>
public sealed record Preset
{
    /// <summary>The longest file, in bytes.</summary>
    public const int MaxBytes = 64 * 1024;

    private const int MaxStyles = 100;

    private static readonly JsonDocumentOptions Format = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = 8 };

    /// <summary>Gets the styles, one output for each; null leaves the watcher's own.</summary>
    public IReadOnlyList<string>? Styles { get; init; }

    /// <summary>Gets whether videos here are to be left alone.</summary>
    public bool Ignore { get; init; }

    /// <summary>Gets the options that are set, as text, by their names.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Options { get; init; } = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);

    /// <summary>Reads what a preset file holds.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="content">What is in it.</param>
    /// <exception cref="VideoStyleException">It is no JSON object, or sets what is not known or not possible (Usage).</exception>
    public static Preset Parse(string path, ReadOnlyMemory<byte> content)
    {
        try
        {
            using var document = JsonDocument.Parse(content, Format);
            return document.RootElement.ValueKind == JsonValueKind.Object ? Read(path, document.RootElement) : throw Wrong(path, "is not a JSON object");
        }
        catch (JsonException e)
        {
            throw Wrong(path, $"is not JSON (line {(e.LineNumber ?? 0) + 1})", e);
        }
    }

    private static Preset Read(string path, JsonElement root)
    {
        var preset = new Preset();
        var options = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var property in root.EnumerateObject())
        {
            switch (property.Name)
            {
                case "ignore":
                    preset = preset with { Ignore = property.Value.ValueKind is JsonValueKind.True or JsonValueKind.False ? property.Value.GetBoolean() : throw Wrong(path, "sets ignore to neither true nor false") };
                    break;
                case "style" or "styles" when preset.Styles is not null:
                    throw Wrong(path, "sets both style and styles");
                case "style" or "styles":
                    preset = preset with { Styles = StylesOf(path, property.Value) };
                    break;
                default:
                    var (name, texts) = OptionOf(path, property);
                    options[name] = texts;
                    break;
            }
        }

        return preset with { Options = options };
    }

    private static (string Name, IReadOnlyList<string> Texts) OptionOf(string path, JsonProperty property)
    {
        if (OptionCatalog<StylerOptions>.Find(property.Name) is not { } option)
            throw Wrong(path, $"there is no option \"{property.Name}\"");
        if (option.IsPerRun)
            throw Wrong(path, $"\"{property.Name}\" belongs to one run of convert, and not to a folder");
        var texts = TextsOf(path, property.Name, property.Value);
        return option.Check(texts) is { } wrong ? throw Wrong(path, $"\"{property.Name}\" {wrong}") : (option.Name, texts);
    }

    private static IReadOnlyList<string> StylesOf(string path, JsonElement value)
    {
        var styles = TextsOf(path, "styles", value);
        return styles.Count == 0 || styles.Any(string.IsNullOrWhiteSpace) ? throw Wrong(path, "names an empty style")
            : styles.Count > MaxStyles ? throw Wrong(path, $"names more than {MaxStyles} styles")
            : styles.Distinct(StringComparer.Ordinal).Count() < styles.Count ? throw Wrong(path, "names a style twice")
            : styles;
    }

    private static IReadOnlyList<string> TextsOf(string path, string name, JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.String => [value.GetString()!],
            JsonValueKind.Number => [value.GetRawText()],
            JsonValueKind.True => ["true"],
            JsonValueKind.False => ["false"],
            JsonValueKind.Array => [.. value.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String ? item.GetString()! : throw Wrong(path, $"\"{name}\" lists something that is no text"))],
            _ => throw Wrong(path, $"\"{name}\" is neither text, number, true, false nor a list of texts"),
        };

    internal static VideoStyleException Wrong(string path, string what, Exception? cause = null) =>
        new(ErrorKind.Usage, $"{path}: {what}.", """A preset looks like {"styles": ["starry_night"], "coherence": "best"}.""", cause);
}
