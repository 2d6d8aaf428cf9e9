using VideoStyle.Core.Media;
using VideoStyle.Metrics.Registry;
using VideoStyle.Native.Media;

namespace VideoStyle.Metrics.Reports;

/// <summary>What the page's program reads: the report, the definitions that its tables and curves are made from, and the images.</summary>
internal sealed record PageData
{
    /// <summary>Beyond this, curves show every n-th frame: a screen has no more columns, and the page stays small.</summary>
    private const int MaxPoints = 20_000;

    public required MetricsReport Report { get; init; }

    public required IEnumerable<FigureDefinition> Figures { get; init; }

    public required IEnumerable<SeriesDefinition> Curves { get; init; }

    public required PageSeries Series { get; init; }

    public required IEnumerable<PagePair> Worst { get; init; }

    public required IEnumerable<PageFrame> Frames { get; init; }

    public static PageData From(MeasureResult result) =>
        new()
        {
            Report = result.Report,
            Figures = result.Metrics.SelectMany(metric => metric.Figures),
            Curves = result.Metrics.SelectMany(metric => metric.Series),
            Series = Sample(result),
            Worst = result.Gallery.WorstPairs.Select(PagePair.From),
            Frames = result.Gallery.Frames.Select(frame => new PageFrame(frame.Frame, frame.Seconds, frame.Images.Select(Photo))),
        };

    /// <summary>Encodes a frame as JPEG.</summary>
    internal static string Photo(Thumbnail image) =>
        "data:image/jpeg;base64," + Convert.ToBase64String(ImageFile.Encode(image.Rgb, image.Width, image.Height, ".jpg", quality: 92));

    /// <summary>Encodes a mask or map without loss.</summary>
    internal static string Drawing(Thumbnail image) =>
        "data:image/png;base64," + Convert.ToBase64String(PngFile.Encode(new PngImage(image.Width, image.Height, Channels: 3, BitDepth: 8, image.Rgb)));

    private static PageSeries Sample(MeasureResult result)
    {
        var series = result.Series;
        var step = 1 + series.Seconds.Count / MaxPoints;
        var frames = Enumerable.Range(0, series.Seconds.Count).Where(frame => frame % step == 0).ToList();
        return new PageSeries(
            step,
            frames.Select(frame => Math.Round(series.Seconds[frame], 6)),
            result.Report.Clips.Select((_, clip) => series.NamesOf(clip).ToDictionary(
                name => name,
                name => frames.Select(frame => Finite(series[clip, name, frame])),
                StringComparer.Ordinal)));
    }

    private static float? Finite(float value) => float.IsFinite(value) ? value : null;
}
