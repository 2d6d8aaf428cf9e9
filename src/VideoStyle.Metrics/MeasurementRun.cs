using VideoStyle.Core.Errors;
using VideoStyle.Metrics.Frames;
using VideoStyle.Metrics.Registry;

namespace VideoStyle.Metrics;

/// <summary>One pass over the clips: reads frames, has several measured at once, and adds what they give in the order of the frames.</summary>
internal sealed class MeasurementRun(MetricContext context, IReadOnlyList<Metric> metrics, AlignedReader reader)
{
    /// <summary>Frames that wait or are finished while an earlier one is still being measured, as tOF makes some of them expensive.</summary>
    private const int Ahead = 2;

    /// <summary>The bytes of dropped flow after which memory is collected.</summary>
    private const long GarbageBytes = 64L << 20;

    private readonly MeasureSettings _settings = context.Settings;
    private readonly List<long> _cuts = [];
    private readonly Queue<(FrameContext Frame, Task<List<Action>> Results)> _running = new();
    private long _collectedAt;

    public FramePlanner Planner { get; } =
        new(context.Settings, context.Flow, needsNeighbors: metrics.Any(metric => metric.Info.Inputs.HasFlag(MetricInputs.NeighborFlow)));

    public long Frames { get; private set; }

    public IReadOnlyList<long> Cuts => _cuts;

    public async Task MeasureAllAsync(IProgress<long>? progress, CancellationToken cancellationToken)
    {
        using SemaphoreSlim free = new(_settings.Workers);
        var next = ReadAsync();
        try
        {
            for (long read = 1; await next.ConfigureAwait(false) is { } frames; read++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                next = read == _settings.MaxFrames ? Task.FromResult<FrameSet?>(null) : ReadAsync();
                var frame = Planner.Plan(frames);
                _running.Enqueue((frame, MeasureAsync(frame, free)));
                if (_running.Count >= _settings.Workers + Ahead)
                    await AddOldestAsync(progress).ConfigureAwait(false);
            }

            while (_running.Count > 0)
                await AddOldestAsync(progress).ConfigureAwait(false);
        }
        finally
        {
            // The caller disposes the clips and estimators that are in use.
            await Task.WhenAny(Task.WhenAll([next, .. _running.Select(item => item.Results)])).ConfigureAwait(false);
        }

        RequirePairs();
    }

    private Task<FrameSet?> ReadAsync()
    {
        var frames = Planner.Rent(() => new FrameSet(context.Clips.Count, context.Width, context.Height));
        return Task.Run(() => reader.TryRead(frames) ? frames : null, CancellationToken.None);
    }

    /// <summary>Measures one frame as soon as a worker is free; frames come in order.</summary>
    private async Task<List<Action>> MeasureAsync(FrameContext frame, SemaphoreSlim free)
    {
        await free.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            // On a thread of its own: frames keep it for long, and the pool's few threads are for what answers soon.
            return await Task.Factory
                .StartNew(() => Measure(frame), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
                .ConfigureAwait(false);
        }
        finally
        {
            free.Release();
        }
    }

    private List<Action> Measure(FrameContext frame)
    {
        List<Action> results = [.. metrics.Select(metric => metric.MeasureFrame(frame)).OfType<Action>()];
        foreach (var pair in frame.Pairs)
        {
            results.AddRange(metrics.Select(metric => metric.MeasurePair(frame, pair)).OfType<Action>());
            if (!IsShown(pair))
                Release(pair);
        }

        // Computed now, so that the composition does not grow into a recursion over the whole shot.
        _ = frame.FromFirst?.Forward.Value;
        _ = frame.FromFirst?.Backward.Value;
        return results;
    }

    private async Task AddOldestAsync(IProgress<long>? progress)
    {
        var results = await _running.Peek().Results.ConfigureAwait(false);
        var (frame, _) = _running.Dequeue();
        Frames++;
        context.Series.BeginFrame(frame.Frames.Seconds);
        if (frame.IsCut)
            _cuts.Add(frame.Frames.Index);
        context.Gallery.Offer(frame.Frames);
        results.ForEach(add => add());
        foreach (var pair in frame.Pairs.Where(IsShown))
            Release(pair);
        CollectFlow();
        Planner.Recycle(frame.Dropped);
        progress?.Report(Frames);
    }

    /// <summary>Whether a pair can be among the worst ones, whose images are shown.</summary>
    private bool IsShown(FramePair pair) => _settings.Gallery is { WorstPairs: > 0 } && pair.Lags.Contains(_settings.Lags[0]);

    /// <summary>Releases the flow of a pair, unless other pairs are composed from it.</summary>
    private void Release(FramePair pair)
    {
        if (!_settings.ComposeFlow)
            pair.Flow.Release();
    }

    /// <summary>Collects flow that was composed or read. The collector would wait until hundreds of megabytes have gathered; as a heap of few, large arrays is swept in no time, this costs about a thousandth.</summary>
    private void CollectFlow()
    {
        var allocated = GC.GetTotalAllocatedBytes();
        if (allocated - _collectedAt < GarbageBytes)
            return;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        _collectedAt = allocated;
    }

    private void RequirePairs()
    {
        var source = context.Clips[0].Name;
        if (Frames < 2)
            throw new VideoStyleException(ErrorKind.Input, $"{source}: has {(Frames == 0 ? "no frame" : "one frame")}; temporal consistency is measured between frames.");
        if (_cuts.Count == Frames - 1)
            throw new VideoStyleException(
                ErrorKind.Input,
                $"{source}: every frame begins a new shot ({_cuts.Count} cuts in {Frames} frames), so there is no pair to measure.",
                "If these are no cuts, raise CutThreshold, to 1 for none at all."
            );
    }
}
