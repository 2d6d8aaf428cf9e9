using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using VideoStyle.Core.Media;
using VideoStyle.Metrics;
using VideoStyle.Native.Media;

namespace VideoStyle.Cli.Report;

/// <summary>Writes a measurement as one HTML page that holds everything it shows: data, pictures, program and style.</summary>
/// <remarks>The curves are drawn by uPlot (MIT, see <c>uPlot.LICENSE</c>), which lies beside this file as its authors built it.</remarks>
internal static class HtmlReport
{
    /// <summary>Beyond this, curves show every n-th frame: a screen has no more columns, and the page stays small.</summary>
    private const int MostPoints = 20_000;

    // The default encoder escapes <, > and &, so that no name of a file can end the element that the data stands in.
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static void Write(Stream stream, MeasureResult result)
    {
        // Each part is cut out at its marker instead of replaced, so that no part is searched for the markers of others.
        var page = Resource("report.html");
        using StreamWriter writer = new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        (string Marker, Func<string> Content)[] parts =
        [
            ("/*{{uplot.css}}*/", () => Resource("uPlot.min.css")),
            ("/*{{report.css}}*/", () => Resource("report.css")),
            ("{{data}}", () => JsonSerializer.Serialize(Data(result), Options)),
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

    private static object Data(MeasureResult result)
    {
        var series = result.Series;
        var step = 1 + series.Seconds.Count / MostPoints;
        var frames = Enumerable.Range(0, series.Seconds.Count).Where(frame => frame % step == 0).ToList();
        return new
        {
            report = result.Report,
            series = new
            {
                step,
                seconds = frames.Select(frame => Math.Round(series.Seconds[frame], 6)),
                values = result.Report.Clips.Select((_, clip) => series.NamesOf(clip).ToDictionary(
                    name => name,
                    name => frames.Select(frame => Value(series[clip, name, frame])),
                    StringComparer.Ordinal)),
            },
            worst = result.Gallery.WorstPairs.Select(pair => new
            {
                pair.Clip,
                pair.Earlier,
                pair.Later,
                pair.Seconds,
                pair.Error,
                pair.FullLengthPx,
                pictures = new
                {
                    source = Photo(pair.Source),
                    output = Photo(pair.Output),
                    warped = Photo(pair.Warped),
                    errorMap = Drawing(pair.ErrorMap),
                    mask = Drawing(pair.Mask),
                    flow = Drawing(pair.Flow),
                },
            }),
            moments = result.Gallery.Moments.Select(moment => new { moment.Frame, moment.Seconds, pictures = moment.Pictures.Select(Photo) }),
        };
    }

    private static float? Value(float value) => float.IsFinite(value) ? value : null;

    private static string Photo(StoredPicture picture) =>
        "data:image/jpeg;base64," + Convert.ToBase64String(ImageFile.Encode(picture.Rgb, picture.Width, picture.Height, ".jpg", quality: 92));

    private static string Drawing(StoredPicture picture) =>
        "data:image/png;base64," + Convert.ToBase64String(PngFile.Encode(new PngImage(picture.Width, picture.Height, Channels: 3, BitDepth: 8, picture.Rgb)));

    private static string Resource(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"report/{name}")
            ?? throw new InvalidOperationException($"The resource {name} is missing from the program.");
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
