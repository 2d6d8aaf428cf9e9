using System.Reflection;
using VideoStyle.Metrics.Frames;
using VideoStyle.Metrics.Registry;
using VideoStyle.Metrics.Warping;

namespace VideoStyle.Metrics.Reports;

/// <summary>Collects what the metrics summed up into a report.</summary>
internal sealed class ReportBuilder(MetricContext context, WarpingErrorMetric warping, IReadOnlyList<Metric> metrics)
{
    private readonly MeasureSettings _settings = context.Settings;

    public MetricsReport Build(MeasurementRun run)
    {
        var rate = context.Clips[0].Frames.Info.FrameRate;
        return new MetricsReport
        {
            Source = new SourceReport(context.Clips[0].Name, context.Width, context.Height, rate.IsKnown ? rate.Value : null, context.Clips[0].Note),
            Settings = DescribeSettings(),
            Frames = run.Frames,
            Cuts = run.Cuts,
            Pairs = [.. _settings.Lags.Select(lag => DescribePairs(lag, run.Planner))],
            Clips = [.. Enumerable.Range(0, context.Clips.Count).Select(DescribeClip)],
            LeftOut = [.. ListLeftOut()],
        };
    }

    private SettingsReport DescribeSettings()
    {
        var networks = metrics.Select(metric => metric.Network).OfType<string>().ToList();
        return new SettingsReport
        {
            Estimator = context.Flow.Description,
            FlowPath = _settings.ComposeFlow ? "chained" : "direct",
            Masks = context.Flow.MaskDescription,
            Profiles = _settings.Profiles,
            Lags = [.. _settings.Lags.Select(lag => lag.ToString())],
            CutThreshold = _settings.CutThreshold,
            TimingIgnored = _settings.IgnoreTiming,
            TofEstimator = context.TofFlow?.Description,
            TofEvery = _settings.TofEvery,
            Perceptual = networks.Count == 0 ? null : string.Join("; ", networks),
            PerceptualEvery = _settings.NetworkEvery,
            Program = $"videostyle {Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]}",
        };
    }

    private PairReport DescribePairs(Lag lag, FramePlanner planner)
    {
        var sums = warping.Of(lag);
        return new PairReport
        {
            Lag = lag.ToString(),
            Measured = sums[0].Pairs + sums[0].WithoutValidPixels,
            AcrossCuts = planner.CountAcrossCuts(lag),
            WithoutValidPixels = sums.ToDictionary(sum => sum.Profile, sum => sum.WithoutValidPixels),
            Coverage = sums.ToDictionary(sum => sum.Profile, sum => sum.Coverage),
        };
    }

    private ClipReport DescribeClip(int clip) =>
        new()
        {
            Name = context.Clips[clip].Name,
            Role = context.RoleOf(clip),
            WarpingError = [.. warping.Report(clip)],
            Figures = [.. metrics.SelectMany(metric => metric.Info.Figures.Zip(metric.Summarize(clip), (figure, value) => new ClipFigure(figure, value)))],
        };

    private IEnumerable<LeftOutReport> ListLeftOut()
    {
        var perFrame = context.HasPerFrame ? [] : (LeftOutReport[])[new("ratio to per frame, sharpness ratio", "no per-frame rendering was given")];
        return [.. warping.ListLeftOut(), .. perFrame, .. metrics.SelectMany(metric => metric.ListLeftOut())];
    }
}
