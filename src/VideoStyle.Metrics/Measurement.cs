using VideoStyle.Core.Errors;
using VideoStyle.Core.Flow;

namespace VideoStyle.Metrics;

/// <summary>Measures how steady clips are, in one pass over all of them.</summary>
/// <remarks>
/// Several frames are measured side by side, each by one thread, and what they give is added up in the order of the
/// frames; so figures do not depend on the number of threads. Memory does not grow with the length of the clips, but for
/// a few bytes of figures a frame: kept are the frames of the largest lag, the first one of the shot, and those that are
/// being measured. Pairs with a cut between their frames are left out.
/// </remarks>
public sealed class Measurement
{
    /// <summary>Frames that wait or are finished while an earlier one is still being measured, as tOF makes some of them dear.</summary>
    private const int Ahead = 2;

    /// <summary>The bytes of dropped flow that are let gather.</summary>
    private const long GarbageBytes = 64L << 20;

    private readonly MeasureSettings _settings;
    private readonly FlowSupply _flow;
    private readonly FlowSupply? _tofFlow;
    private readonly PerceptualMeter? _perceptual;
    private readonly FrameMeter _meter;
    private readonly SceneCutDetector _cuts;
    private long _collectedAt;

    /// <summary>Prepares a measurement.</summary>
    /// <param name="settings">What is measured, and how.</param>
    /// <param name="flow">Where flow comes from; kept by the caller.</param>
    /// <param name="tofFlow">The estimator of tOF, Farneback with TecoGAN's settings; kept by the caller. Null leaves tOF out.</param>
    /// <param name="perceptual">Computes the distances that need a network, or null to leave them out.</param>
    /// <exception cref="ArgumentException">There is no profile or no lag, one stands twice, or there is no worker.</exception>
    public Measurement(MeasureSettings settings, FlowSupply flow, FlowSupply? tofFlow = null, PerceptualMeter? perceptual = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(flow);
        if (settings.Profiles.Count == 0 || settings.Profiles.Distinct().Count() != settings.Profiles.Count)
            throw new ArgumentException("Expected one or more profiles, each once.", nameof(settings));
        if (settings.Lags.Count == 0 || settings.Lags.Distinct().Count() != settings.Lags.Count)
            throw new ArgumentException("Expected one or more lags, each once.", nameof(settings));
        if (settings.Workers < 1)
            throw new ArgumentException("Expected one or more workers.", nameof(settings));
        (_settings, _flow, _perceptual) = (settings, flow, perceptual);
        _tofFlow = settings.FlowDifferenceEvery == 0 ? null : tofFlow;
        _meter = new FrameMeter(settings, flow, _tofFlow);
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

        using SemaphoreSlim free = new(_settings.Workers);
        Queue<(FrameWork Work, Task<FrameFigures> Figures)> running = new();
        var next = ReadAsync();
        try
        {
            for (long read = 1; await next.ConfigureAwait(false) is { } set; read++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                next = read == _settings.MaxFrames ? Task.FromResult<PictureSet?>(null) : ReadAsync();
                var work = Plan(set, history, tallies);
                running.Enqueue((work, MeasureAsync(work, free)));
                if (running.Count >= _settings.Workers + Ahead)
                    await AddOldestAsync().ConfigureAwait(false);
            }

            while (running.Count > 0)
                await AddOldestAsync().ConfigureAwait(false);
        }
        finally
        {
            // The caller disposes the clips and estimators that are in use.
            await Task.WhenAny(Task.WhenAll([next, .. running.Select(item => item.Figures)])).ConfigureAwait(false);
        }

        var report = new ReportBuilder(_settings, _flow, _tofFlow, _perceptual, clips, hasPerFrame: perFrame is not null).Build(tallies);
        return new MeasureResult(report, tallies.Series, gallery);

        Task<PictureSet?> ReadAsync()
        {
            var set = history.Rent(() => new PictureSet(clips.Length, reader.Width, reader.Height));
            return Task.Run(() => reader.TryRead(set) ? set : null, CancellationToken.None);
        }

        async Task AddOldestAsync()
        {
            var figures = await running.Peek().Figures.ConfigureAwait(false);
            var (work, _) = running.Dequeue();
            Add(work, figures, tallies, gallery, outputs.Count);
            history.Recycle(work.Dropped);
            progress?.Report(tallies.Frames);
        }
    }

    /// <summary>Measures one frame as soon as a worker is free; frames come in order.</summary>
    private async Task<FrameFigures> MeasureAsync(FrameWork work, SemaphoreSlim free)
    {
        await free.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            // On a thread of its own: frames keep it for long, and the pool's few threads are for what answers soon.
            return await Task.Factory
                .StartNew(() => _meter.Measure(work), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
                .ConfigureAwait(false);
        }
        finally
        {
            free.Release();
        }
    }

    /// <summary>Finds out what is to be measured at a frame, and moves the history on.</summary>
    private FrameWork Plan(PictureSet set, ShotHistory history, MeasureTallies tallies)
    {
        var previous = history.Previous;
        var cut = previous is not null && _cuts.IsCut(previous.Source.Luma, set.Source.Luma);
        set.Shot = (previous?.Shot ?? 0) + (cut ? 1 : 0);
        List<PictureSet> dropped = cut ? history.Clear() : [];
        history.Step(set);
        var pairs = FindPairs(set, history, tallies);
        var (neighbour, whole) = (cut ? null : previous, history.FromFirst);
        if (history.Add(set) is { } old)
            dropped.Add(old);
        return new FrameWork(set, neighbour, cut, pairs, whole, dropped);
    }

    /// <summary>Finds the pairs that end at a frame, with the lags that mean the same pair, as 1 and "first" do at the second frame of a shot.</summary>
    private List<FramePair> FindPairs(PictureSet set, ShotHistory history, MeasureTallies tallies)
    {
        List<FramePair> pairs = [];
        foreach (var lag in _settings.Lags)
        {
            if (history.Back(lag) is not { } earlier)
            {
                if (set.Index >= Math.Max(1, lag.Frames))
                    tallies.CountAcrossCut(lag);
            }
            else if (pairs.Find(pair => pair.Earlier == earlier) is { } same)
            {
                same.Lags.Add(lag);
            }
            else
            {
                var flow = _settings.Chained ? history.Chain(lag) : PairFlow.Between(_flow, earlier, set);
                pairs.Add(new FramePair(earlier, flow, [lag]));
            }
        }

        return pairs;
    }

    /// <summary>Adds up what was measured; called in the order of the frames.</summary>
    private void Add(FrameWork work, FrameFigures figures, MeasureTallies tallies, Gallery gallery, int outputs)
    {
        tallies.BeginFrame(work.Set, work.Cut);
        gallery.Offer(work.Set);
        tallies.AddQuality(work.Set, figures.Pictures);
        if (figures.Motion is { } motion)
            tallies.AddMotion(motion);
        for (var i = 0; i < work.Pairs.Count; i++)
        {
            var (pair, measured) = (work.Pairs[i], figures.Pairs[i]);
            foreach (var lag in pair.Lags)
                tallies.AddPair(lag, measured);
            if (!_meter.IsShown(pair))
                continue;
            for (var clip = 1; clip <= outputs && measured[0].Errors is { } errors; clip++)
                gallery.Offer(clip, errors[clip], pair.Earlier, work.Set, pair.Flow, _settings.Profiles[0], _flow);
            _meter.Release(pair);
        }

        if (_perceptual is not null && work.Set.Index % _settings.PerceptualEvery == 0)
            tallies.AddPerceptual(_perceptual.Measure(work.Set.Views, work.Previous?.Views));
        CollectFlow();
    }

    /// <summary>Gives back flow that was chained or read. The collector would wait until hundreds of megabytes have gathered; as a heap of few, large arrays is swept in no time, this costs about a thousandth.</summary>
    private void CollectFlow()
    {
        var allocated = GC.GetTotalAllocatedBytes();
        if (allocated - _collectedAt < GarbageBytes)
            return;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        _collectedAt = allocated;
    }
}

/// <summary>What a measurement gives.</summary>
/// <param name="Report">The figures.</param>
/// <param name="Series">The values of every frame.</param>
/// <param name="Gallery">The pictures, where some were asked for.</param>
public sealed record MeasureResult(MetricsReport Report, FrameSeries Series, Gallery Gallery);
