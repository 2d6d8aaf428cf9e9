using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using VideoStyle.Metrics;

namespace VideoStyle.Cli.Measuring;

/// <summary>The report as JSON; the schema is described in <c>Report/README.md</c>.</summary>
internal static class MetricsJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // a terminal or a log, never HTML
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static string Serialize(MetricsReport report) => JsonSerializer.Serialize(report, Options);
}
