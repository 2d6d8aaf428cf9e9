using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using VideoStyle.Core.Flow;
using VideoStyle.Core.Media;
using VideoStyle.Core.MotionEstimation;
using VideoStyle.Core.Stylizers;

namespace VideoStyle.Core.Pipeline;

/// <summary>Takes a video through decode → flow ∥ network → blend → encode, side by side, with flat memory.</summary>
/// <remarks>
/// Only the blend is serial by nature: it needs the painting before. Flow and the network of later frames run ahead
/// of it, as far as the painters have work. Every channel is bounded, so the slowest step sets the pace and no frame
/// waits in memory for long.
/// </remarks>
public sealed class StylizePipeline : IDisposable
{
    private readonly IStylizer _stylizer;
    private readonly Func<IFlowEstimator>? _createFlow;
    private readonly StylizeOptions _options;
    private readonly FramePool _pool = new();
    private readonly ConcurrentBag<MotionEstimator> _motionEstimators = [];
    private readonly int _paintEvery;
    private readonly StageTimes _times = new();
    private readonly long _start = Stopwatch.GetTimestamp();
    private int _factor = 1;
    private int _shots;
    private long _read;
    private long _written;
    private long _firstPts;

    /// <summary>Creates a pipeline for one run.</summary>
    /// <param name="stylizer">Paints; not disposed here.</param>
    /// <param name="createFlow">Makes the flow estimators, one for each worker; may be null when coherence is off.</param>
    /// <param name="options">What to do.</param>
    public StylizePipeline(IStylizer stylizer, Func<IFlowEstimator>? createFlow, StylizeOptions options)
    {
        ArgumentNullException.ThrowIfNull(stylizer);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Coherence != CoherenceMode.Off)
            ArgumentNullException.ThrowIfNull(createFlow);
        (_stylizer, _createFlow, _options) = (stylizer, createFlow, options);
        _paintEvery = options.Coherence == CoherenceMode.Off ? 1 : options.PaintEvery;
        ArgumentOutOfRangeException.ThrowIfLessThan(_paintEvery, 1, nameof(options));
        _times.SetWorkers(PipelineStage.Paint, stylizer.Workers);
    }

    /// <summary>Gets the number of frames that are not back in the pool; 0 before and after a run, however it ended.</summary>
    public int LiveFrames => _pool.Live;

    /// <summary>Runs the video through; call once.</summary>
    /// <param name="source">Where frames come from; not disposed here.</param>
    /// <param name="sink">Where they go; finished but not disposed here.</param>
    /// <param name="progress">Told after every written frame, on the encoder's thread; or null.</param>
    /// <param name="cancellationToken">Stops all steps.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled; the sink is not finished.</exception>
    public async Task<PipelineReport> RunAsync(
        IFrameSource source,
        IFrameSink sink,
        Action<PipelineReport>? progress,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(sink);
        var previous = await Task.Run(() => PassOver(source, cancellationToken), cancellationToken).ConfigureAwait(false);
        var decoded = Stage.Link<Frame>(_options.QueueLength);
        var compared = Stage.Link<ComparedFrame>(_options.QueueLength);
        // As many stretches as there are painters, so that each has a frame to paint.
        var planned = Stage.Link<PlannedFrame>(_stylizer.Workers * _paintEvery + 1);
        var finished = Stage.Link<Frame>(_options.QueueLength);
        using StylizerWorkers painters = new(_stylizer, _times);
        try
        {
            await Stage.RunAllAsync(
                cancellationToken,
                ct => DecodeAsync(source, decoded.Writer, ct),
                ct => CompareAsync(previous, decoded.Reader, compared.Writer, ct),
                ct => PlanAsync(compared.Reader, planned.Writer, painters, ct),
                ct => BlendAsync(planned.Reader, finished.Writer, ct),
                ct => EncodeAsync(finished.Reader, sink, progress, ct)
            ).ConfigureAwait(false);
        }
        finally
        {
            Stage.Drain(decoded);
            Stage.Drain(finished);
            while (compared.Reader.TryRead(out var item))
                await item.DisposeAsync().ConfigureAwait(false);
            while (planned.Reader.TryRead(out var item))
                await item.DisposeAsync().ConfigureAwait(false);
        }

        return Report();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var estimator in _motionEstimators)
            estimator.Dispose();
    }

    private PipelineReport Report() =>
        new(Volatile.Read(ref _read), _written, Volatile.Read(ref _shots), Stopwatch.GetElapsedTime(_start), _times);

    // Reads what is not painted again; what the first frame that is moved on from stays.
    private SharedLuma? PassOver(IFrameSource source, CancellationToken ct)
    {
        SharedLuma? last = null;
        var first = _options.Resume?.Frame ?? 0;
        while (_read < first && source.Read(_pool) is { } frame)
        {
            using (frame)
            {
                ct.ThrowIfCancellationRequested();
                Place(frame, source);
                _stylizer.Follow(frame);
                if (_read == first - 1)
                    last = Reduce(frame, previous: null);
            }

            _options.PassedOver?.Invoke(_read);
            _written = ++_read;
        }

        return last;
    }

    private async Task DecodeAsync(IFrameSource source, ChannelWriter<Frame> output, CancellationToken ct)
    {
        while (true)
        {
            var begin = Stopwatch.GetTimestamp();
            var frame = source.Read(_pool);
            _times.Add(PipelineStage.Decode, begin);
            if (frame is null)
                break;
            Place(frame, source);
            Volatile.Write(ref _read, _read + 1);
            await Stage.SendAsync(output, frame, ct).ConfigureAwait(false);
        }

        output.Complete();
    }

    private void Place(Frame frame, IFrameSource source)
    {
        frame.Index = _read;
        if (frame.Index == 0)
            _firstPts = frame.Pts;
        frame.Time = TimeSpan.FromSeconds((frame.Pts - _firstPts) * source.Info.TimeBase.Value);
    }

    private async Task CompareAsync(
        SharedLuma? previous, ChannelReader<Frame> input, ChannelWriter<ComparedFrame> output, CancellationToken ct)
    {
        await foreach (var frame in input.ReadAllAsync(ct).ConfigureAwait(false))
        {
            Follow(frame);
            var luma = Reduce(frame, previous);
            var item = new ComparedFrame(frame, MotionAsync(previous, luma));
            try
            {
                await output.WriteAsync(item, ct).ConfigureAwait(false);
            }
            catch
            {
                await item.DisposeAsync().ConfigureAwait(false);
                throw;
            }

            previous = luma;
        }

        output.Complete();
    }

    private void Follow(Frame frame)
    {
        try
        {
            _stylizer.Follow(frame);
        }
        catch
        {
            frame.Dispose();
            throw;
        }
    }

    private async Task PlanAsync(
        ChannelReader<ComparedFrame> input, ChannelWriter<PlannedFrame> output, StylizerWorkers painters, CancellationToken ct)
    {
        KeyframeSelector planner = new(_paintEvery, _stylizer);
        Queue<PlannedFrame> decided = new();
        PlannedFrame? painted = null;
        var segmentLength = 0;
        try
        {
            await foreach (var item in input.ReadAllAsync(ct).ConfigureAwait(false))
            {
                var (frame, motion) = await item.TakeAsync().ConfigureAwait(false);
                var isCut = frame.Index == 0 || motion is { IsCut: true };
                var divides = Divides(frame.Index, isCut, segmentLength++);
                if (divides)
                    segmentLength = 1;
                planner.Add(new PlannedFrame(frame, motion, isCut, divides), decided);
                await SendAsync().ConfigureAwait(false);
            }

            planner.Finish(decided);
            await SendAsync().ConfigureAwait(false);
            output.Complete();
        }
        catch
        {
            planner.Abandon();
            foreach (var frame in decided)
                await frame.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        async Task SendAsync()
        {
            foreach (var frame in decided.Where(f => f.Between is null))
                frame.Paint(painters, ct);
            // Behind the paintings: what ends a stretch is waited for first, and what begins it has been begun.
            foreach (var frame in decided)
            {
                if (frame.Between is null)
                    painted = frame;
                else
                    frame.PaintParts(painters, painted!, ct);
            }

            while (decided.TryPeek(out var frame))
            {
                await output.WriteAsync(frame, ct).ConfigureAwait(false);
                decided.Dequeue();
            }
        }
    }

    private SharedLuma? Reduce(Frame frame, SharedLuma? previous)
    {
        if (_options.Coherence == CoherenceMode.Off)
            return null;
        var begin = Stopwatch.GetTimestamp();
        if (previous is null)
            _factor = LumaReducer.FactorFor(frame.Width, frame.Height, _options.FlowSize ?? StylizeOptions.FlowSizeOf(_options.Coherence));
        var luma = LumaReducer.Reduce(frame, _factor);
        _times.Add(PipelineStage.Flow, begin);
        return new SharedLuma(luma, readers: previous is null ? 1 : 2);
    }

    private Task<Motion?> MotionAsync(SharedLuma? previous, SharedLuma? current)
    {
        if (previous is null || current is null)
            return Task.FromResult<Motion?>(null);
        return Task.Run<Motion?>(() =>
        {
            var begin = Stopwatch.GetTimestamp();
            if (!_motionEstimators.TryTake(out var estimator))
                estimator = new MotionEstimator(_createFlow!(), _factor, _stylizer.IgnoresExposure);
            var motion = estimator.Estimate(previous.Image, current.Image, onward: _paintEvery > 1);
            _motionEstimators.Add(estimator);
            previous.Done();
            current.Done();
            _times.Add(PipelineStage.Flow, begin);
            return motion;
        });
    }

    private async Task BlendAsync(ChannelReader<PlannedFrame> input, ChannelWriter<Frame> output, CancellationToken ct)
    {
        using KeyframeInterval stretch = new(_options, _pool, _times);
        List<PlannedFrame> waiting = [];
        try
        {
            await foreach (var item in input.ReadAllAsync(ct).ConfigureAwait(false))
            {
                waiting.Add(item);
                if (item.Between is not null)
                    continue;
                if (item.IsCut)
                    Interlocked.Increment(ref _shots);
                stretch.Begin(await item.TakePaintingAsync().ConfigureAwait(false));
                while (waiting.Count > 0)
                {
                    var finished = stretch.Finish(waiting[0], await waiting[0].TakePartsAsync().ConfigureAwait(false));
                    waiting[0].Dispose();
                    waiting.RemoveAt(0);
                    await Stage.SendAsync(output, finished, ct).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            foreach (var item in waiting)
                await item.DisposeAsync().ConfigureAwait(false);
        }

        output.Complete();
    }

    private bool Divides(long frame, bool isCut, int segmentLength) =>
        _options.Segments is { } rule && (frame == 0 || frame == _options.Resume?.Frame || rule.DividesAt(segmentLength, isCut));

    private async Task EncodeAsync(ChannelReader<Frame> input, IFrameSink sink, Action<PipelineReport>? progress, CancellationToken ct)
    {
        await foreach (var frame in input.ReadAllAsync(ct).ConfigureAwait(false))
        {
            using (frame)
            {
                var begin = Stopwatch.GetTimestamp();
                sink.Write(frame);
                _times.Add(PipelineStage.Encode, begin);
            }

            _written++;
            progress?.Invoke(Report());
        }

        var drain = Stopwatch.GetTimestamp();
        sink.Finish();
        _times.Add(PipelineStage.Encode, drain);
    }
}
