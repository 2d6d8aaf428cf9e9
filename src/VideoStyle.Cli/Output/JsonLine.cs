using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace VideoStyle.Cli.Output;

/// <summary>Writes one JSON object a line to standard output; every object has <c>v</c> and <c>type</c>.</summary>
internal static class JsonLine
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // a terminal or a log, never HTML
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    private static readonly Lock Gate = new();

    public static void Write<T>(T value)
    {
        var line = JsonSerializer.Serialize(value, Options);
        lock (Gate)
            Console.Out.WriteLine(line);
    }
}
