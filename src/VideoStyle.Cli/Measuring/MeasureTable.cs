using System.Globalization;
using Spectre.Console;
using VideoStyle.Metrics;

namespace VideoStyle.Cli.Measuring;

/// <summary>Prints a report as tables.</summary>
internal static class MeasureTable
{
    public static void Write(MetricsReport report, IAnsiConsole console)
    {
        console.WriteLine(Heading(report));
        console.Write(WarpingErrors(report));
        console.Write(Others(report));
        foreach (var line in Notes(report))
            console.WriteLine(line);
    }

    private static string Heading(MetricsReport report)
    {
        var rate = report.Source.FrameRate is { } fps ? string.Create(CultureInfo.InvariantCulture, $" at {fps:0.###} fps") : "";
        var cuts = report.Cuts.Count switch
        {
            0 => "no cut",
            1 => "1 cut",
            var n => $"{n} cuts",
        };
        return $"{report.Source.Name}: {report.Source.Width}x{report.Source.Height}{rate}, {report.Frames} frames, {cuts}";
    }

    /// <summary>A row for each profile and clip, a column for each lag: the error, and in brackets its ratio to per frame.</summary>
    private static Table WarpingErrors(MetricsReport report)
    {
        var table = new Table().RoundedBorder().Title("Warping error × 10⁻³ (× per frame): less is steadier").AddColumns("profile", "clip");
        foreach (var lag in report.Settings.Lags)
            table.AddColumn(new TableColumn(lag is "first" ? "first frame" : $"lag {lag}").RightAligned());
        foreach (var profile in report.Settings.Profiles)
            foreach (var clip in report.Clips.OrderBy(clip => clip.Role == ClipRole.Source ? 0 : 1))
            {
                var values = clip.WarpingError.Where(error => error.Profile == profile);
                var first = clip.Role == ClipRole.Source ? profile.ToString().ToLowerInvariant() : "";
                table.AddRow([first, Markup.Escape(Label(clip)), .. values.Select(Cell)]);
            }

        return table;
    }

    private static string Cell(WarpingErrorReport error) =>
        error.Value is not { } value ? "–"
        : error.RatioToPerFrame is { } ratio ? string.Create(CultureInfo.InvariantCulture, $"{value * 1e3:0.000} ({ratio:0.000})")
        : string.Create(CultureInfo.InvariantCulture, $"{value * 1e3:0.000}");

    private static Table Others(MetricsReport report)
    {
        List<(string Title, Func<ClipReport, double?> Value, string Format)> columns =
        [
            ("sharpness × per frame", clip => clip.SharpnessRatio, "0.000"),
            ("sharpness × source", clip => clip.SharpnessToSource, "0.000"),
            ("tOF px", clip => clip.Tof, "0.000"),
            ("mean flicker", clip => clip.MeanFlicker, "0.00"),
            ("drift / 2000 fr.", clip => clip.Drift, "0.00"),
            ("SSIM", clip => clip.Ssim, "0.000"),
            ("PSNR dB", clip => clip.PsnrDb, "0.00"),
        ];
        foreach (var name in report.Clips.SelectMany(clip => clip.Perceptual.Keys).Distinct(StringComparer.Ordinal).Where(name => !name.Contains('.', StringComparison.Ordinal)))
            columns.Add((name, clip => clip.Perceptual.TryGetValue(name, out var value) ? value : null, "0.0000"));

        var judged = report.Clips.Where(clip => clip.Role != ClipRole.Source).ToList();
        columns.RemoveAll(column => judged.TrueForAll(clip => column.Value(clip) is null));
        var table = new Table().RoundedBorder().AddColumn("clip");
        foreach (var (title, _, _) in columns)
            table.AddColumn(new TableColumn(title).RightAligned());
        foreach (var clip in judged)
            table.AddRow([Markup.Escape(Label(clip)), .. columns.Select(c => c.Value(clip)?.ToString(c.Format, CultureInfo.InvariantCulture) ?? "–")]);
        return table;
    }

    private static IEnumerable<string> Notes(MetricsReport report)
    {
        var settings = report.Settings;
        yield return $"flow: {settings.Estimator}, {settings.FlowPath}; masks: {settings.Masks}"
            + (settings.TofEstimator is { } tof ? $"; tOF: {tof}, every {(settings.TofEvery == 1 ? "pair" : $"{settings.TofEvery} pairs")}" : "");
        if (settings.Perceptual is { } perceptual)
            yield return $"network: {perceptual}, every {settings.PerceptualEvery} frames";
        foreach (var pair in report.Pairs)
        {
            var covered = pair.Coverage.Where(c => c.Value is not null)
                .Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Key.ToString().ToLowerInvariant()} {100 * c.Value:0.0} %"));
            var cuts = pair.AcrossCuts > 0 ? $", {pair.AcrossCuts} across cuts left out" : "";
            yield return $"{(pair.Lag is "first" ? "first frame" : $"lag {pair.Lag}")}: {pair.Measured} pairs{cuts}"
                + (pair.Measured > 0 ? $"; followed: {string.Join(", ", covered)}" : "");
        }

        foreach (var left in report.LeftOut)
            yield return $"left out: {left.Metric}: {left.Reason}";
    }

    private static string Label(ClipReport clip) =>
        clip.Role switch
        {
            ClipRole.Source => "input (the floor)",
            ClipRole.PerFrame => $"per frame: {Path.GetFileName(clip.Name)}",
            _ => Path.GetFileName(clip.Name.TrimEnd('/')),
        };
}
