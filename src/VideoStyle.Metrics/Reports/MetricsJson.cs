using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace VideoStyle.Metrics.Reports;

/// <summary>Writes a report as JSON; <c>Reports/README.md</c> describes the schema.</summary>
public static class MetricsJson
{
    // The default encoder escapes <, > and &, so that no name of a file can end the HTML element that the text stands in.
    internal static readonly JsonSerializerOptions InHtml = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    private static readonly JsonSerializerOptions Plain = new(InHtml) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a report on one line.</summary>
    /// <param name="report">The report.</param>
    /// <returns>JSON for a terminal or a log, not for HTML.</returns>
    public static string Serialize(MetricsReport report) => JsonSerializer.Serialize(report, Plain);
}
