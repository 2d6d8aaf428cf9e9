using System.Globalization;
using Spectre.Console;
using VideoStyle.Core;
using VideoStyle.Metrics;
using VideoStyle.Metrics.Registry;
using VideoStyle.Metrics.Reports;

namespace VideoStyle.Cli.Measuring;

/// <summary>Prints a measurement as tables; the columns come from the metrics.</summary>
internal static class MeasureTable
{
    public static void Write(MeasureResult result, IAnsiConsole console)
    {
        var report = result.Report;
        console.WriteLine(PrintableText.Line(Heading(report)));
        console.Write(WarpingErrors(report));
        console.Write(Figures(result));
        foreach (var line in Notes(report))
            console.WriteLine(PrintableText.Line(line));
    }

    private static string Heading(MetricsReport report)
    {
        var rate = report.Source.FrameRate is { } fps ? string.Create(CultureInfo.InvariantCulture, $" at {fps:0.###} fps") : "";
        var cuts = report.Cuts.Count == 0 ? "no cut" : Counted.Of(report.Cuts.Count, "cut");
        return $"{report.Source.Name}: {report.Source.Width}x{report.Source.Height}{rate}, {Counted.Of(report.Frames, "frame")}, {cuts}";
    }

    /// <summary>A row for each profile and clip, a column for each lag: the error, and in brackets its ratio to per frame.</summary>
    private static Table WarpingErrors(MetricsReport report)
    {
        var table = new Table().RoundedBorder().Title("Warping error × 10⁻³ (× per frame) ↓").AddColumns("profile", "clip");
        foreach (var lag in report.Settings.Lags)
            table.AddColumn(new TableColumn(lag is "first" ? "first frame" : $"lag {lag}").RightAligned());
        foreach (var profile in report.Settings.Profiles)
            foreach (var clip in report.Clips.OrderBy(clip => clip.Role == ClipRole.Source ? 0 : 1))
            {
                var values = clip.WarpingError.Where(error => error.Profile == profile);
                var first = clip.Role == ClipRole.Source ? profile.ToString().ToLowerInvariant() : "";
                table.AddRow([first, Markup.Escape(PrintableText.Line(Label(clip))), .. values.Select(Cell)]);
            }

        return table;
    }

    private static string Cell(WarpingErrorReport error) =>
        error.Value is not { } value ? "–"
        : error.RatioToPerFrame is { } ratio ? string.Create(CultureInfo.InvariantCulture, $"{value * 1e3:0.000} ({ratio:0.000})")
        : string.Create(CultureInfo.InvariantCulture, $"{value * 1e3:0.000}");

    /// <summary>A row for each stylized clip, a column for each figure that one of them has.</summary>
    private static Table Figures(MeasureResult result)
    {
        var clips = result.Report.Clips.Where(clip => clip.Role != ClipRole.Source).ToList();
        var figures = result.Metrics.SelectMany(metric => metric.Figures)
            .Where(figure => figure.IsInTables && clips.Exists(clip => clip.Figure(figure.Key) is not null))
            .ToList();
        var table = new Table().RoundedBorder().AddColumn("clip");
        foreach (var figure in figures)
            table.AddColumn(new TableColumn(Title(figure)).RightAligned());
        foreach (var clip in clips)
            table.AddRow([Markup.Escape(PrintableText.Line(Label(clip))), .. figures.Select(figure => Cell(figure, clip))]);
        return table;
    }

    private static string Title(FigureDefinition figure) =>
        string.Join(' ', ((string[])[figure.Title, figure.Unit, Arrow(figure.Direction)]).Where(part => part.Length > 0));

    private static string Arrow(MetricDirection direction) =>
        direction switch
        {
            MetricDirection.LowerIsBetter => "↓",
            MetricDirection.HigherIsBetter => "↑",
            _ => "",
        };

    private static string Cell(FigureDefinition figure, ClipReport clip) =>
        clip.Figure(figure.Key)?.ToString("0." + new string('0', figure.Decimals), CultureInfo.InvariantCulture) ?? "–";

    private static IEnumerable<string> Notes(MetricsReport report)
    {
        var settings = report.Settings;
        if (report.Source.Note is { } matched)
            yield return $"note: {matched}";
        yield return $"flow: {settings.Estimator}, {settings.FlowPath}; masks: {settings.Masks}"
            + (settings.TofEstimator is { } tof ? $"; tOF: {tof}, every {(settings.TofEvery == 1 ? "pair" : Counted.Of(settings.TofEvery, "pair"))}" : "");
        if (settings.Perceptual is { } perceptual)
            yield return $"network: {perceptual}, every {(settings.PerceptualEvery == 1 ? "frame" : Counted.Of(settings.PerceptualEvery, "frame"))}";
        foreach (var pair in report.Pairs)
        {
            var covered = pair.Coverage.Where(c => c.Value is not null)
                .Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Key.ToString().ToLowerInvariant()} {100 * c.Value:0.0} %"));
            var cuts = pair.AcrossCuts > 0 ? $", {pair.AcrossCuts} across cuts left out" : "";
            yield return $"{(pair.Lag is "first" ? "first frame" : $"lag {pair.Lag}")}: {Counted.Of(pair.Measured, "pair")}{cuts}"
                + (pair.Measured > 0 ? $"; valid: {string.Join(", ", covered)}" : "");
        }

        foreach (var left in report.LeftOut)
            yield return $"left out: {left.Metric}: {left.Reason}";
    }

    private static string Label(ClipReport clip) =>
        clip.Role switch
        {
            ClipRole.Source => "source (lower reference)",
            ClipRole.PerFrame => $"per frame: {Path.GetFileName(clip.Name)}",
            _ => Path.GetFileName(clip.Name.TrimEnd('/')),
        };
}
