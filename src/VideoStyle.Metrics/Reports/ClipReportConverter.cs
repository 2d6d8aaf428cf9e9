using System.Text.Json;
using System.Text.Json.Serialization;

namespace VideoStyle.Metrics.Reports;

/// <summary>Writes a clip's figures under their own keys, so that a new metric needs no new property.</summary>
/// <remarks>A figure of a group is left out where it has no value; any other is null.</remarks>
internal sealed class ClipReportConverter : JsonConverter<ClipReport>
{
    public override ClipReport Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Reports are written, not read.");

    public override void Write(Utf8JsonWriter writer, ClipReport value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        Write("name", value.Name);
        Write("role", value.Role);
        Write("warpingError", value.WarpingError);
        foreach (var figure in value.Figures.Where(figure => figure.Definition.Group is null))
            Write(figure.Definition.Key, figure.Value);
        foreach (var group in value.Figures.Where(figure => figure.Definition.Group is not null).GroupBy(figure => figure.Definition.Group!, StringComparer.Ordinal))
        {
            writer.WriteStartObject(group.Key);
            foreach (var figure in group.Where(figure => figure.Value is not null))
                Write(figure.Definition.Key, figure.Value);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();

        void Write<T>(string key, T item)
        {
            writer.WritePropertyName(key);
            JsonSerializer.Serialize(writer, item, options);
        }
    }
}
