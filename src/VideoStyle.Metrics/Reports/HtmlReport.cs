using System.Reflection;
using System.Text;
using System.Text.Json;

namespace VideoStyle.Metrics.Reports;

/// <summary>Writes a measurement as one HTML page that holds everything it shows: data, images, program and style.</summary>
/// <remarks>The curves are drawn by uPlot (MIT, see <c>uPlot.LICENSE</c>), which lies beside this file as its authors built it.</remarks>
public static class HtmlReport
{
    /// <summary>The name of the page in the folder of a report.</summary>
    public const string PageName = "index.html";

    /// <summary>Writes the page.</summary>
    /// <param name="stream">Where to; the caller disposes it.</param>
    /// <param name="result">The measurement.</param>
    public static void Write(Stream stream, MeasureResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        // Each part is cut out at its marker instead of replaced, so that no part is searched for the markers of others.
        var page = Resource("report.html");
        using StreamWriter writer = new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        (string Marker, Func<string> Content)[] parts =
        [
            ("/*{{uplot.css}}*/", () => Resource("uPlot.min.css")),
            ("/*{{report.css}}*/", () => Resource("report.css")),
            ("{{data}}", () => JsonSerializer.Serialize(PageData.From(result), MetricsJson.InHtml)),
            ("/*{{uplot.js}}*/", () => Resource("uPlot.iife.min.js")),
            ("/*{{report.js}}*/", () => Resource("report.js")),
        ];
        foreach (var (marker, content) in parts)
        {
            var at = page.IndexOf(marker, StringComparison.Ordinal);
            writer.Write(page.AsSpan(0, at));
            writer.Write(content());
            page = page[(at + marker.Length)..];
        }

        writer.Write(page);
    }

    private static string Resource(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"report/{name}")
            ?? throw new InvalidOperationException($"The resource {name} is missing from the library.");
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
