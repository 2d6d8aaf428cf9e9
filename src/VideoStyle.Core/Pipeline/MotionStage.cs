using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using VideoStyle.Core.Media;
using VideoStyle.Core.MotionEstimation;
using VideoStyle.Core.Stylizers;

namespace VideoStyle.Core.Pipeline;

/// <summary>Shows every frame to the stylizer's observer and begins to estimate its motion. Frames before the checkpoint end here.</summary>
internal sealed class MotionStage(IStylizer stylizer, PipelineOptions options, PipelineProgress progress) : IDisposable
{
    private readonly ConcurrentBag<MotionEstimator> _idleEstimators = [];
    private readonly long _firstFrame = options.Resume?.Frame ?? 0;
    private int _factor;

    public async Task RunAsync(ChannelReader<Frame> input, ChannelWriter<FrameWithMotion> output, CancellationToken cancellationToken)
    {
        SharedLuma? previous = null;
        await foreach (var frame in input.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            Observe(frame);
            if (frame.Index < _firstFrame)
            {
                previous = Skip(frame);
                continue;
            }

            var current = Reduce(frame, previous);
            FrameWithMotion item = new(frame, EstimateAsync(previous, current));
            try
            {
                await output.WriteAsync(item, cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                await item.DisposeAsync().ConfigureAwait(false);
                throw;
            }

            previous = current;
        }

        output.Complete();
    }

    /// <summary>Disposes the estimators; every motion must have been awaited.</summary>
    public void Dispose()
    {
        foreach (var estimator in _idleEstimators)
            estimator.Dispose();
    }

    private void Observe(Frame frame)
    {
        try
        {
            stylizer.Observer?.Observe(frame);
        }
        catch
        {
            frame.Dispose();
            throw;
        }
    }

    // The frame at the checkpoint moved on from the last skipped one.
    private SharedLuma? Skip(Frame frame)
    {
        using (frame)
        {
            options.FrameSkipped?.Invoke(frame.Index);
            progress.AddFrameWritten();
            return frame.Index == _firstFrame - 1 ? Reduce(frame, previous: null) : null;
        }
    }

    private SharedLuma? Reduce(Frame frame, SharedLuma? previous)
    {
        if (options.Coherence == CoherenceMode.Off)
            return null;
        var begin = Stopwatch.GetTimestamp();
        if (previous is null)
            _factor = LumaReducer.FactorFor(frame.Width, frame.Height, options.FlowSize ?? PipelineOptions.FlowSizeOf(options.Coherence));
        var luma = LumaReducer.Reduce(frame, _factor);
        progress.Times.Add(PipelineStage.Flow, begin);
        return new SharedLuma(luma, readers: previous is null ? 1 : 2);
    }

    private Task<Motion?> EstimateAsync(SharedLuma? previous, SharedLuma? current)
    {
        if (previous is null || current is null)
            return Task.FromResult<Motion?>(null);
        return Task.Run<Motion?>(() =>
        {
            var begin = Stopwatch.GetTimestamp();
            if (!_idleEstimators.TryTake(out var estimator))
                estimator = CreateEstimator();
            try
            {
                var motion = estimator.Estimate(previous.Image, current.Image, withForward: options.EffectiveKeyframeInterval > 1 && options.LookAhead);
                progress.AddMotion(motion);
                return motion;
            }
            finally
            {
                _idleEstimators.Add(estimator);
                previous.Done();
                current.Done();
                progress.Times.Add(PipelineStage.Flow, begin);
            }
        });
    }

    private MotionEstimator CreateEstimator() =>
        new(options.CreateFlow!(), _factor) { IsExposureInvariant = stylizer.Info.IsExposureInvariant };
}
