using System.Runtime.ExceptionServices;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Flow;

namespace VideoStyle.Core.Metrics;

/// <summary>Measures how steady clips are, in one pass over all of them.</summary>
/// <remarks>
/// Memory does not grow with the length of the clips, but for a few bytes of figures a frame: kept are the frames of
/// the largest lag, and the first one of the shot. Pairs with a cut between their frames are left out.
/// </remarks>
public sealed class Measurement
{
    /// <summary>As many estimates at once as there are cores: each holds pyramids of its own.</summary>
    private static readonly ParallelOptions Workers = new() { MaxDegreeOfParallelism = Environment.ProcessorCount };

    /// <summary>The bytes of dropped flow and masks that are let gather.</summary>
    private const long GarbageBytes = 64L << 20;

    private readonly MeasureSettings _settings;
    private long _collectedAt;
    private readonly FlowSupply _flow;
    private readonly FlowSupply? _tofFlow;
    private readonly PerceptualMeter? _perceptual;
    private readonly PairMeter _meter;
    private readonly SceneCutDetector _cuts;

    /// <summary>Prepares a measurement.</summary>
    /// <param name="settings">What is measured, and how.</param>
    /// <param name="flow">Where flow comes from; kept by the caller.</param>
    /// <param name="tofFlow">The estimator of tOF, Farneback with TecoGAN's settings; kept by the caller. Null leaves tOF out.</param>
    /// <param name="perceptual">Computes the distances that need a network, or null to leave them out.</param>
    /// <exception cref="ArgumentException">There is no profile or no lag, or one stands twice.</exception>
    public Measurement(MeasureSettings settings, FlowSupply flow, FlowSupply? tofFlow = null, PerceptualMeter? perceptual = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(flow);
        if (settings.Profiles.Count == 0 || settings.Profiles.Distinct().Count() != settings.Profiles.Count)
            throw new ArgumentException("Expected one or more profiles, each once.", nameof(settings));
        if (settings.Lags.Count == 0 || settings.Lags.Distinct().Count() != settings.Lags.Count)
            throw new ArgumentException("Expected one or more lags, each once.", nameof(settings));
        (_settings, _flow, _perceptual) = (settings, flow, perceptual);
        _tofFlow = settings.FlowDifferenceEvery == 0 ? null : tofFlow;
        _meter = new PairMeter(flow, settings.Profiles);
        _cuts = new SceneCutDetector(settings.CutThreshold);
    }

    /// <summary>Measures clips against the one that they were made from.</summary>
    /// <param name="source">The clip that the others were made from.</param>
    /// <param name="outputs">The results to judge, one or more.</param>
    /// <param name="perFrame">The same style painted frame by frame, which ratios refer to, or null.</param>
    /// <param name="progress">Told the number of frames so far, or null.</param>
    /// <param name="cancellationToken">Stops between two frames.</param>
    /// <returns>The figures.</returns>
    /// <exception cref="VideoStyleException">
    /// The clips differ in size, length or timing, have fewer than two frames, or no two frames of one shot.
    /// </exception>
    public async Task<MeasureResult> RunAsync(
        MeasuredClip source,
        IReadOnlyList<MeasuredClip> outputs,
        MeasuredClip? perFrame,
        IProgress<long>? progress,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentOutOfRangeException.ThrowIfZero(outputs.Count, nameof(outputs));
        MeasuredClip[] clips = perFrame is null ? [source, .. outputs] : [source, .. outputs, perFrame];
        AlignedReader reader = new(clips, _settings.IgnoreTiming);
        MeasureTallies tallies = new(_settings, clips.Length);
        Gallery gallery = new(_settings);
        var depth = Math.Max(1, _settings.Lags.Max(lag => lag.Frames));
        ShotHistory history = new(depth, _settings.Lags.Contains(Lag.First), _settings.Chained ? _flow : null);

        var next = ReadAsync();
        while (await next.ConfigureAwait(false) is { } set)
        {
            cancellationToken.ThrowIfCancellationRequested();
            next = tallies.Frames + 1 == _settings.MaxFrames ? Task.FromResult<PictureSet?>(null) : ReadAsync();
            try
            {
                Process(set, history, tallies, gallery, outputs.Count);
            }
            catch
            {
                await Task.WhenAny(next).ConfigureAwait(false); // the caller disposes the clips that it reads from
                throw;
            }

            progress?.Report(tallies.Frames);
        }

        var report = new ReportBuilder(_settings, _flow, _tofFlow, _perceptual, clips, hasPerFrame: perFrame is not null).Build(tallies);
        return new MeasureResult(report, tallies.Series, gallery);

        Task<PictureSet?> ReadAsync()
        {
            var set = history.Rent(() => new PictureSet(clips.Length, reader.Width, reader.Height));
            return Task.Run(() => reader.TryRead(set) ? set : null, CancellationToken.None);
        }
    }

    private void Process(PictureSet set, ShotHistory history, MeasureTallies tallies, Gallery gallery, int outputs)
    {
        var previous = history.Previous;
        var cut = previous is not null && _cuts.IsCut(previous.Source.Luma, set.Source.Luma);
        set.Shot = (previous?.Shot ?? 0) + (cut ? 1 : 0);
        tallies.BeginFrame(set, cut);
        if (cut)
            history.Clear();
        history.Step(set);
        gallery.Offer(set);

        // Of more pairs at once than there are cores for, the flow would only wait in memory.
        var pairs = FindPairs(set, history, tallies);
        IEnumerable<Action> others = [.. MotionComparisons(set, cut ? null : previous, tallies), () => tallies.AddQuality(set)];
        foreach (var batch in pairs.Chunk(Math.Max(1, Environment.ProcessorCount / 2)))
        {
            RunAll([.. others, .. batch.Where(_ => _flow.IsEstimated).SelectMany(lags => Directions(lags[0].Flow))]);
            others = [];
            foreach (var lags in batch)
                MeasurePair(lags, set, tallies, gallery, outputs);
            CollectFlow();
        }

        RunAll([.. others]);
        if (_perceptual is not null && set.Index % _settings.PerceptualEvery == 0)
            tallies.AddPerceptual(_perceptual.Measure(set.Views, cut ? null : previous?.Views));
        history.Settle();
        history.Add(set);
    }

    /// <summary>Measures one pair of frames, for each lag that means it, and then lets its flow go.</summary>
    private void MeasurePair(List<PairAtLag> lags, PictureSet set, MeasureTallies tallies, Gallery gallery, int outputs)
    {
        var (earlier, flow, _) = lags[0];
        var measured = _meter.Measure(earlier, set, flow);
        foreach (var (_, _, lag) in lags)
            tallies.AddPair(lag, measured);
        if (lags.Exists(pair => pair.Lag == _settings.Lags[0]) && measured[0].Errors is { } errors)
            for (var clip = 1; clip <= outputs; clip++)
                gallery.Offer(clip, errors[clip], earlier, set, flow, _settings.Profiles[0], _flow);
        lags.Clear();
    }

    /// <summary>Gives dropped flow back. The collector would wait until hundreds of megabytes have gathered; as a heap of few, large arrays is swept in no time, this costs about a thousandth.</summary>
    private void CollectFlow()
    {
        var allocated = GC.GetTotalAllocatedBytes();
        if (allocated - _collectedAt < GarbageBytes)
            return;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        _collectedAt = allocated;
    }

    /// <summary>Finds the pairs that end at a frame, in lists of the lags that mean the same pair, as 1 and "first" do at the second frame of a shot.</summary>
    private List<List<PairAtLag>> FindPairs(PictureSet set, ShotHistory history, MeasureTallies tallies)
    {
        List<List<PairAtLag>> pairs = [];
        foreach (var lag in _settings.Lags)
        {
            if (history.Back(lag) is not { } earlier)
            {
                if (set.Index >= Math.Max(1, lag.Frames))
                    tallies.CountAcrossCut(lag);
            }
            else if (pairs.Find(lags => lags[0].Earlier == earlier) is { } same)
            {
                same.Add(same[0] with { Lag = lag });
            }
            else
            {
                var flow = _settings.Chained ? history.Chain(lag) : PairFlow.Between(_flow, earlier, set);
                pairs.Add([new PairAtLag(earlier, flow, lag)]);
            }
        }

        return pairs;
    }

    private static IEnumerable<Action> Directions(PairFlow flow) => [() => _ = flow.Forward.Value, () => _ = flow.Backward.Value];

    /// <summary>tOF: the motion of each clip between the last two frames, and then how far it is from the source's.</summary>
    private IEnumerable<Action> MotionComparisons(PictureSet set, PictureSet? previous, MeasureTallies tallies)
    {
        if (_tofFlow is null || previous is null || !tallies.WantsMotion(set.Index))
            return [];
        var motion = new Lazy<FlowField>[set.Pictures.Length];
        for (var i = 0; i < motion.Length; i++)
        {
            var clip = i;
            motion[i] = new(() => _tofFlow.Get(previous.Pictures[clip].Luma, previous.Index, set.Pictures[clip].Luma, set.Index));
        }

        return Enumerable.Range(1, motion.Length - 1)
            .Select<int, Action>(clip => () => tallies.AddMotion(clip, FlowDifference.Mean(motion[0].Value, motion[clip].Value)));
    }

    private sealed record PairAtLag(PictureSet Earlier, PairFlow Flow, Lag Lag);

    private static void RunAll(IReadOnlyList<Action> actions)
    {
        try
        {
            Parallel.ForEach(actions, Workers, action => action());
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.Flatten().InnerExceptions[0]);
        }
    }
}

/// <summary>What a measurement gives.</summary>
/// <param name="Report">The figures.</param>
/// <param name="Series">The values of every frame.</param>
/// <param name="Gallery">The pictures, where some were asked for.</param>
public sealed record MeasureResult(MetricsReport Report, FrameSeries Series, Gallery Gallery);
