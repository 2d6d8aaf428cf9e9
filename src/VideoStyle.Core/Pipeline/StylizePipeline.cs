using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using VideoStyle.Core.Flow;
using VideoStyle.Core.Media;
using VideoStyle.Core.Styling;

namespace VideoStyle.Core.Pipeline;

/// <summary>Takes a video through decode → flow ∥ network → blend → encode, side by side, with flat memory.</summary>
/// <remarks>
/// Only the blend is serial by nature: it needs the painting before. Flow and the network of later frames run ahead
/// of it, at most <see cref="IStylizer.Workers"/> and the queue length of frames. Every channel is bounded, so the
/// slowest step sets the pace and no frame waits in memory for long.
/// </remarks>
public sealed class StylizePipeline : IDisposable
{
    private readonly IStylizer _stylizer;
    private readonly Func<IFlowEstimator>? _createFlow;
    private readonly StylizeOptions _options;
    private readonly FramePool _pool = new();
    private readonly ConcurrentBag<MotionEstimator> _motionEstimators = [];
    private readonly SemaphoreSlim _painters;
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
        _painters = new SemaphoreSlim(stylizer.Workers);
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
        var inFlight = Stage.Link<InFlightFrame>(_stylizer.Workers + 1);
        var finished = Stage.Link<Frame>(_options.QueueLength);
        try
        {
            await Stage.RunAllAsync(
                cancellationToken,
                ct => DecodeAsync(source, decoded.Writer, ct),
                ct => LookAheadAsync(previous, decoded.Reader, inFlight.Writer, ct),
                ct => BlendAsync(inFlight.Reader, finished.Writer, ct),
                ct => EncodeAsync(finished.Reader, sink, progress, ct)
            ).ConfigureAwait(false);
        }
        finally
        {
            Stage.Drain(decoded);
            Stage.Drain(finished);
            while (inFlight.Reader.TryRead(out var item))
                await item.DisposeAsync().ConfigureAwait(false);
        }

        return Report();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var estimator in _motionEstimators)
            estimator.Dispose();
        _painters.Dispose();
    }

    private PipelineReport Report() =>
        new(Volatile.Read(ref _read), _written, Volatile.Read(ref _shots), Stopwatch.GetElapsedTime(_start), _times);

    // Reads what is not painted again; what the first frame that is moved on from stays.
    private LumaImage? PassOver(IFrameSource source, CancellationToken ct)
    {
        LumaImage? last = null;
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

    private async Task LookAheadAsync(
        LumaImage? previous, ChannelReader<Frame> input, ChannelWriter<InFlightFrame> output, CancellationToken ct)
    {
        await foreach (var frame in input.ReadAllAsync(ct).ConfigureAwait(false))
        {
            Follow(frame);
            var luma = Reduce(frame, previous);
            var item = new InFlightFrame(frame, PaintAsync(frame, ct), MotionAsync(previous, luma));
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

    private LumaImage? Reduce(Frame frame, LumaImage? previous)
    {
        if (_options.Coherence == CoherenceMode.Off)
            return null;
        var begin = Stopwatch.GetTimestamp();
        if (previous is null)
            _factor = LumaReducer.FactorFor(frame.Width, frame.Height, _options.FlowSize ?? StylizeOptions.FlowSizeOf(_options.Coherence));
        var luma = LumaReducer.Reduce(frame, _factor);
        _times.Add(PipelineStage.Flow, begin);
        return luma;
    }

    private async Task<Painting> PaintAsync(Frame frame, CancellationToken ct)
    {
        await _painters.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            return await Task.Run(
                () =>
                {
                    var begin = Stopwatch.GetTimestamp();
                    var painting = _stylizer.Paint(frame);
                    _times.Add(PipelineStage.Paint, begin);
                    return painting;
                },
                ct
            ).ConfigureAwait(false);
        }
        finally
        {
            _painters.Release();
        }
    }

    private Task<Motion?> MotionAsync(LumaImage? previous, LumaImage? current)
    {
        if (previous is null || current is null)
            return Task.FromResult<Motion?>(null);
        return Task.Run<Motion?>(() =>
        {
            var begin = Stopwatch.GetTimestamp();
            if (!_motionEstimators.TryTake(out var estimator))
                estimator = new MotionEstimator(_createFlow!(), _factor);
            var motion = estimator.Estimate(previous, current);
            _motionEstimators.Add(estimator);
            _times.Add(PipelineStage.Flow, begin);
            return motion;
        });
    }

    private async Task BlendAsync(ChannelReader<InFlightFrame> input, ChannelWriter<Frame> output, CancellationToken ct)
    {
        using var blend = new TemporalBlend(_options.Blend ?? BlendOptions.For(_options.Coherence));
        if (_options.Resume?.State is { } state)
            blend.Restore(state);
        var segmentLength = 0;
        await foreach (var item in input.ReadAllAsync(ct).ConfigureAwait(false))
        {
            Frame finished;
            await using (item.ConfigureAwait(false))
            {
                var painting = await item.TakePaintingAsync().ConfigureAwait(false);
                var motion = await item.Motion.ConfigureAwait(false);
                var begin = Stopwatch.GetTimestamp();
                var isCut = item.Frame.Index == 0 || motion is { IsCut: true };
                if (isCut)
                    Interlocked.Increment(ref _shots);
                var checkpoint = Divide(item.Frame.Index, isCut, segmentLength++, blend);
                if (checkpoint is not null)
                    segmentLength = 1;
                finished = _pool.Rent(painting.Width, painting.Height, item.Frame.HasAlpha);
                blend.Next(painting, motion, finished);
                finished.CopyTimingFrom(item.Frame);
                finished.Checkpoint = checkpoint;
                _times.Add(PipelineStage.Blend, begin);
            }

            await Stage.SendAsync(output, finished, ct).ConfigureAwait(false);
        }

        output.Complete();
    }

    private Checkpoint? Divide(long frame, bool isCut, int segmentLength, TemporalBlend blend)
    {
        if (_options.Segments is not { } rule)
            return null;
        if (frame == _options.Resume?.Frame)
            return _options.Resume;
        return frame == 0 || rule.DividesAt(segmentLength, isCut) ? new Checkpoint(frame, isCut ? null : blend.Save()) : null;
    }

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
