using VideoStyle.Metrics.Frames;
using VideoStyle.Metrics.Registry;
using VideoStyle.Metrics.Reports;

namespace VideoStyle.Metrics.Quality;

/// <summary>Flicker and drift of the mean luma, compared with the source's.</summary>
internal sealed class MeanLumaMetric(MetricContext context) : Metric(Definition, context)
{
    /// <summary>The frames that drift is stated for: a minute and more at the usual rates.</summary>
    private const int DriftFrames = 2000;

    /// <summary>A slope over fewer frames of one shot says nothing about so many.</summary>
    private const int MinDriftFrames = 240;

    private readonly ShotStatistics[] _statistics = [.. context.Clips.Select(_ => new ShotStatistics())];
    private int _shot;
    private long _shotFrames;
    private long _longestShot;

    public static MetricInfo Definition { get; } = new()
    {
        Name = "flicker",
        Inputs = MetricInputs.Source | MetricInputs.Stylized,
        Figures =
        [
            new()
            {
                Key = "meanFlicker",
                Title = "mean flicker",
                Unit = "levels",
                Direction = MetricDirection.LowerIsBetter,
                Decimals = 2,
                Definition = "Standard deviation over time of the mean luma (0–255) less the source's, around each shot's own mean.",
            },
            new()
            {
                Key = "drift",
                Title = "drift / 2000 frames",
                Unit = "levels",
                Direction = MetricDirection.LowerIsBetter,
                Decimals = 2,
                Definition = "Slope over time of the mean luma (0–255) less the source's within shots, for 2,000 frames; from 240 frames of one shot on.",
            },
        ],
        Series = [new() { Key = "meanLuma", Description = "Mean luma of the frame, 0–255: flicker of the mean and drift show here" }],
    };

    private bool HasDrift => _longestShot >= MinDriftFrames;

    public override Action? MeasureFrame(FrameContext frame) => () => Add(frame.Frames);

    public override IReadOnlyList<double?> Summarize(int clip)
    {
        if (clip == 0)
            return [null, null];
        var (deviation, slope) = _statistics[clip].Finish();
        return [deviation, HasDrift ? slope * DriftFrames : null];
    }

    public override IEnumerable<LeftOutReport> ListLeftOut() =>
        HasDrift ? [] : [new LeftOutReport("drift", $"no shot has {MinDriftFrames} frames to see it in")];

    private void Add(FrameSet frames)
    {
        _shotFrames = frames.Shot == _shot ? _shotFrames + 1 : 1;
        _shot = frames.Shot;
        _longestShot = Math.Max(_longestShot, _shotFrames);
        for (var clip = 0; clip < _statistics.Length; clip++)
        {
            var mean = frames.Images[clip].MeanLuma;
            _statistics[clip].Add(frames.Shot, frames.Index, mean - frames.Source.MeanLuma);
            Context.Series.Set(clip, "meanLuma", mean);
        }
    }
}
