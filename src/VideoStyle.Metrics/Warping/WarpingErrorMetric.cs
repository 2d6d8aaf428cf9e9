using System.Globalization;
using VideoStyle.Core.Flow;
using VideoStyle.Metrics.Frames;
using VideoStyle.Metrics.Registry;
using VideoStyle.Metrics.Reports;

namespace VideoStyle.Metrics.Warping;

/// <summary>The warping error by profile and lag. It is always measured: it decides which pairs the report shows.</summary>
internal sealed class WarpingErrorMetric(MetricContext context) : Metric(Define(context.Settings), context)
{
    private readonly IReadOnlyList<WarpProfile> _profiles = context.Settings.Profiles;

    private readonly Dictionary<Lag, List<WarpingErrorAccumulator>> _sums = context.Settings.Lags.ToDictionary(
        lag => lag,
        lag => context.Settings.Profiles.Select(profile => new WarpingErrorAccumulator(profile, lag, context.Clips.Count)).ToList());

    private long _frames;

    /// <summary>Gets the sums of a lag, by profile.</summary>
    public IReadOnlyList<WarpingErrorAccumulator> Of(Lag lag) => _sums[lag];

    public override Action? MeasureFrame(FrameContext frame) => () => _frames++;

    public override Action? MeasurePair(FrameContext frame, FramePair pair)
    {
        if (pair.Lags.Count == 0)
            return null;
        var measured = Measure(frame, pair);
        return () => Add(frame, pair, measured);
    }

    /// <summary>Lists the errors of a clip, by lag and profile.</summary>
    public IEnumerable<WarpingErrorReport> Report(int clip) => _sums.Values.SelectMany(sums => sums).Select(sum => Report(sum, clip));

    // Reports hold these figures by profile and lag, not as single numbers.
    public override IReadOnlyList<double?> Summarize(int clip) => [];

    public override IEnumerable<LeftOutReport> ListLeftOut() =>
        _sums.Where(item => item.Value[0].Coverage is null).Select(item => new LeftOutReport(
            $"warping error at lag {item.Key}",
            string.Create(CultureInfo.InvariantCulture, $"no shot has frames that far apart in these {_frames} frames")));

    private static MetricInfo Define(MeasureSettings settings) =>
        new()
        {
            Name = "warping",
            Inputs = MetricInputs.Source | MetricInputs.Stylized | MetricInputs.PerFrame,
            Figures = [],
            Series =
            [
                .. settings.Profiles.SelectMany(_ => settings.Lags, (profile, lag) => new SeriesDefinition
                {
                    Key = WarpingErrorAccumulator.SeriesKeyOf(profile, lag),
                    Description = $"Warping error of the pair that ends at this frame, profile {profile.ToString().ToLowerInvariant()}, {lag.ToText()}, ×10⁻³",
                    Scale = 1e3,
                    HasGaps = true,
                }),
            ],
        };

    private PairErrors[] Measure(FrameContext frame, FramePair pair)
    {
        var results = new PairErrors[_profiles.Count];
        foreach (var group in Enumerable.Range(0, _profiles.Count).GroupBy(i => _profiles[i].IsForward()))
        {
            int[] members = [.. group];
            WarpedPair warped = new(Context.Flow, frame, pair, isForward: group.Key);
            var masks = Array.ConvertAll(members, profile => warped.Mask(_profiles[profile]));
            warped.ReleaseCheck();
            CertaintyWeights[] weights = [.. members.Select((profile, i) => new CertaintyWeights(masks[i], _profiles[profile].SquaresCertainty()))];

            var sums = WarpedDifference.Sum(warped.Reference.Images, warped.Other.Images, warped.Flow, weights);
            for (var i = 0; i < members.Length; i++)
            {
                var errors = weights[i].Total == 0 ? null : Normalize(_profiles[members[i]], Array.ConvertAll(sums, clip => clip[i]), weights[i].Total);
                results[members[i]] = new PairErrors(masks[i].Coverage, errors);
            }

            Array.ForEach(masks, mask => ExactArrays<byte>.Return(mask.Certainty));
        }

        return results;
    }

    private double[] Normalize(WarpProfile profile, double[] sums, double totalWeight) =>
        Array.ConvertAll(sums, sum => profile.Normalize(sum, totalWeight, Context.Width * Context.Height));

    private void Add(FrameContext frame, FramePair pair, PairErrors[] measured)
    {
        foreach (var lag in pair.Lags)
            for (var i = 0; i < measured.Length; i++)
                Add(_sums[lag][i], measured[i]);
        if (!pair.Lags.Contains(Context.Settings.Lags[0]) || measured[0].Errors is not { } errors)
            return;
        for (var clip = 1; clip < errors.Length; clip++)
            if (Context.RoleOf(clip) == ClipRole.Output)
                Context.Gallery.Offer(clip, errors[clip], frame, pair, _profiles[0]);
    }

    private void Add(WarpingErrorAccumulator sum, PairErrors measured)
    {
        sum.Add(measured);
        Context.Series.Set(0, $"coverage.{sum.SeriesKey}", measured.Coverage);
        for (var clip = 0; clip < Context.Clips.Count && measured.Errors is not null; clip++)
            Context.Series.Set(clip, sum.SeriesKey, measured.Errors[clip]);
    }

    private WarpingErrorReport Report(WarpingErrorAccumulator sum, int clip)
    {
        var reference = clip > 0 && Context.PerFrame is { } perFrame ? sum.Value(perFrame) : null;
        return new()
        {
            Profile = sum.Profile,
            Lag = sum.Lag.ToString(),
            Value = sum.Value(clip),
            RatioToPerFrame = reference > 0 ? sum.Value(clip) / reference : null,
            Input = sum.Value(0),
            Pairs = sum.Pairs,
        };
    }
}
