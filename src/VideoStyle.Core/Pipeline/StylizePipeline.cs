using VideoStyle.Core.Media;
using VideoStyle.Core.Stylizers;

namespace VideoStyle.Core.Pipeline;

/// <summary>Stylizes a video: decode → motion → keyframes → stylize → blend → encode, concurrently and in constant memory.</summary>
/// <remarks>
/// Only the blend is sequential: it needs the previous blended frame. Flow and the network run ahead of it, on several frames at
/// once. Every channel is bounded, so the slowest stage sets the pace.
/// </remarks>
public static class StylizePipeline
{
    /// <summary>Runs a video through the pipeline.</summary>
    /// <param name="source">The input; not disposed here.</param>
    /// <param name="stylizer">The stylizer; not disposed here.</param>
    /// <param name="sink">The output; finished but not disposed here.</param>
    /// <param name="options">What to do.</param>
    /// <param name="progress">Called after every written frame, on the encoder's thread; or null.</param>
    /// <param name="cancellationToken">Stops all stages.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="ArgumentException">There is no flow estimator and coherence is not off, or the keyframe interval is below 1.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; the sink is not finished.</exception>
    /// <exception cref="Errors.VideoStyleException">A stage failed; the sink is not finished.</exception>
    public static Task<PipelineReport> RunAsync(
        IFrameSource source,
        IStylizer stylizer,
        IFrameSink sink,
        PipelineOptions options,
        Action<PipelineReport>? progress,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(stylizer);
        ArgumentNullException.ThrowIfNull(sink);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Coherence != CoherenceMode.Off && options.CreateFlow is null)
            throw new ArgumentException("Temporal coherence needs a flow estimator.", nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.EffectiveKeyframeInterval, 1, nameof(options));
        return RunStagesAsync(source, stylizer, sink, options, progress, cancellationToken);
    }

    private static async Task<PipelineReport> RunStagesAsync(
        IFrameSource source,
        IStylizer stylizer,
        IFrameSink sink,
        PipelineOptions options,
        Action<PipelineReport>? reportProgress,
        CancellationToken cancellationToken
    )
    {
        PipelineProgress progress = new();
        DecodeStage decode = new(source, options, progress);
        using MotionStage motion = new(stylizer, options, progress);
        KeyframeStage keyframes = new(new KeyframeSelector(options.EffectiveKeyframeInterval, stylizer.Regions, options.LookAhead), options);
        using StylizerWorkers workers = new(stylizer, progress.Times);
        StylizeStage stylize = new(workers);
        BlendStage blend = new(options, progress);
        EncodeStage encode = new(sink, progress, reportProgress);

        var decoded = Stage.Link<Frame>(options.QueueLength);
        var moved = Stage.Link<FrameWithMotion>(options.QueueLength);
        // As many intervals as there are workers, so that each has a keyframe to stylize.
        var stylized = Stage.Link<PlannedFrame>(stylizer.Info.Workers * options.EffectiveKeyframeInterval + 1);
        var finished = Stage.Link<Frame>(options.QueueLength);
        try
        {
            await Stage.RunAllAsync(
                cancellationToken,
                ct => decode.RunAsync(decoded.Writer, ct),
                ct => motion.RunAsync(decoded.Reader, moved.Writer, ct),
                ct => stylize.RunAsync(keyframes.SelectAsync(moved.Reader, ct), stylized.Writer, ct),
                ct => blend.RunAsync(stylized.Reader, finished.Writer, ct),
                ct => encode.RunAsync(finished.Reader, ct)
            ).ConfigureAwait(false);
        }
        finally
        {
            Stage.Drain(decoded);
            await Stage.DrainAsync(moved).ConfigureAwait(false);
            await Stage.DrainAsync(stylized).ConfigureAwait(false);
            Stage.Drain(finished);
        }

        return progress.Report();
    }
}
