using System.Globalization;
using System.Text;

namespace VideoStyle.Metrics.Reports;

/// <summary>Writes the values of every frame as comma-separated values (RFC 4180): a row for each frame of each clip.</summary>
/// <remarks>An empty field means that the frame has no such value. The value of a pair stands at its later frame.</remarks>
public static class MetricsCsv
{
    /// <summary>Writes a measurement.</summary>
    /// <param name="stream">Where to; the caller disposes it.</param>
    /// <param name="result">The measurement.</param>
    public static void Write(Stream stream, MeasureResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        using StreamWriter writer = new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\r\n" };
        var (report, series) = (result.Report, result.Series);
        var names = Enumerable.Range(0, report.Clips.Count).SelectMany(series.NamesOf).Distinct(StringComparer.Ordinal).ToList();
        var cuts = report.Cuts.ToHashSet();

        writer.WriteLine(string.Join(',', (string[])["frame", "seconds", "cut", "clip", "role", .. names]));
        for (var frame = 0; frame < series.Seconds.Count; frame++)
            for (var clip = 0; clip < report.Clips.Count; clip++)
            {
                writer.Write(string.Create(CultureInfo.InvariantCulture, $"{frame},{series.Seconds[frame]:0.######},{(cuts.Contains(frame) ? 1 : 0)}"));
                writer.Write($",{Quote(report.Clips[clip].Name)},{report.Clips[clip].Role.ToString().ToLowerInvariant()}");
                foreach (var name in names)
                    writer.Write(Field(series[clip, name, frame]));
                writer.WriteLine();
            }
    }

    private static string Field(float value) =>
        float.IsNaN(value) ? ","
        : float.IsInfinity(value) ? ",inf"
        : string.Create(CultureInfo.InvariantCulture, $",{value:R}");

    private static string Quote(string text) =>
        text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
