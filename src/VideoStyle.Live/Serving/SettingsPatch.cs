using System.Text.Json;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Pipeline;
using VideoStyle.Networks.Color;

namespace VideoStyle.Live.Serving;

/// <summary>Reads a change of settings: a JSON object with those that are to change.</summary>
internal static class SettingsPatch
{
    private static readonly Dictionary<string, Func<LiveSettings, JsonElement, IReadOnlyList<string>, LiveSettings>> Readers = new(StringComparer.Ordinal)
    {
        ["style"] = (s, v, styles) => s with { Style = Style(v, styles) },
        ["second"] = (s, v, styles) => s with { Second = v.ValueKind == JsonValueKind.Null ? null : Style(v, styles) },
        ["mix"] = (s, v, _) => s with { Mix = Number(v, 0, 1) },
        ["strength"] = (s, v, _) => s with { Strength = Number(v, 0, 1) },
        ["scale"] = (s, v, _) => s with { Scale = Number(v, 0.25, 8) },
        ["preserveColor"] = (s, v, _) => s with { PreserveColor = Word<ColorPreservation>(v) },
        ["coherence"] = (s, v, _) => s with { Coherence = Word<CoherenceMode>(v) },
        ["freeze"] = (s, v, _) => s with { Freeze = Flag(v) },
        ["split"] = (s, v, _) => s with { Split = v.ValueKind == JsonValueKind.Null ? null : Number(v, 0, 1) },
    };

    /// <summary>Reads a change.</summary>
    /// <param name="json">The object.</param>
    /// <param name="styles">The styles that may be named.</param>
    /// <exception cref="VideoStyleException">A name or a value is wrong (Usage).</exception>
    public static Func<LiveSettings, LiveSettings> Parse(JsonElement json, IReadOnlyList<string> styles)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw Wrong("A change is a JSON object, such as {\"strength\": 0.5}.");
        var changes = json.EnumerateObject().ToList();
        if (changes.Select(change => change.Name).FirstOrDefault(name => !Readers.ContainsKey(name)) is { } unknown)
            throw Wrong($"There is no setting '{unknown}'; there are {string.Join(", ", Readers.Keys)}.");
        // Read at once: what is wrong is told, and nothing has changed.
        LiveSettings probe = new() { Style = "none" };
        foreach (var change in changes)
            Apply(probe, change);
        return settings => changes.Aggregate(settings, Apply);

        LiveSettings Apply(LiveSettings settings, JsonProperty change)
        {
            try
            {
                return Readers[change.Name](settings, change.Value, styles);
            }
            catch (FormatException e)
            {
                throw Wrong($"{change.Name} {e.Message}.");
            }
        }
    }

    private static string Style(JsonElement value, IReadOnlyList<string> styles) =>
        value.ValueKind == JsonValueKind.String && styles.Contains(value.GetString()!, StringComparer.Ordinal)
            ? value.GetString()!
            : throw new FormatException("is one of those that GET api/live lists");

    private static double Number(JsonElement value, double min, double max) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= min && number <= max
            ? number
            : throw new FormatException(FormattableString.Invariant($"is a number from {min} to {max}"));

    private static bool Flag(JsonElement value) =>
        value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw new FormatException("is true or false");

    private static T Word<T>(JsonElement value)
        where T : struct, Enum =>
        value.ValueKind == JsonValueKind.String && Enum.TryParse<T>(value.GetString(), ignoreCase: true, out var word) && Enum.IsDefined(word) && !char.IsAsciiDigit(value.GetString()![0])
            ? word
            : throw new FormatException($"is one of {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()}");

    private static VideoStyleException Wrong(string message) => new(ErrorKind.Usage, message);
}
