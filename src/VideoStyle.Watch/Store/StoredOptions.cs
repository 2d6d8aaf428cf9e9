using System.Text.Json;

namespace VideoStyle.Watch.Store;

/// <summary>Options as the job store keeps them: those that differ from the defaults, as JSON.</summary>
internal static class StoredOptions
{
    /// <summary>Writes options; the same options give the same text.</summary>
    public static string Write(StylerOptions options) => JsonSerializer.Serialize(OptionCatalog<StylerOptions>.Differences(options));

    /// <summary>Reads options; what another version wrote and this one does not know is left out.</summary>
    public static StylerOptions Read(string json)
    {
        var stored = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json) ?? [];
        return OptionCatalog<StylerOptions>.Set(
            new StylerOptions(),
            from option in stored
            where option.Value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined)
            let text = option.Value.ToString()
            where OptionCatalog<StylerOptions>.Find(option.Key) is { } known && known.Check([text]) is null
            select KeyValuePair.Create<string, IReadOnlyList<string>>(option.Key, [text]));
    }
}
