using VideoStyle.Core.Errors;
using VideoStyle.Metrics.Flow;
using VideoStyle.Metrics.Frames;
using VideoStyle.Metrics.Registry;
using VideoStyle.Metrics.Reports;
using VideoStyle.Metrics.Truth;
using VideoStyle.Metrics.Warping;

namespace VideoStyle.Metrics;

/// <summary>Measures the temporal consistency and quality of clips, in one pass over all of them.</summary>
/// <remarks>
/// Several frames are measured at once, each by one thread, and what they give is added up in the order of the frames; so
/// figures do not depend on the number of threads. Memory does not grow with the length of the clips, but for a few bytes of
/// figures a frame: kept are the frames of the largest lag, the first one of the shot, and those that are being measured.
/// Pairs with a cut between their frames are left out.
/// </remarks>
public sealed class Measurement
{
    private readonly MeasureSettings _settings;
    private readonly FlowProvider _flow;
    private readonly FlowProvider? _tofFlow;
    private readonly NetworkOptions? _networks;

    /// <summary>Prepares a measurement.</summary>
    /// <param name="settings">What is measured, and how.</param>
    /// <param name="flow">The reference flow; kept by the caller.</param>
    /// <param name="tofFlow">The estimator of tOF, Farneback with TecoGAN's settings; kept by the caller. Null leaves tOF out.</param>
    /// <param name="networks">The files of distances by a network, or null to leave them out.</param>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    /// <exception cref="VideoStyleException">A setting needs known motion, and this flow has none (Usage).</exception>
    public Measurement(MeasureSettings settings, FlowProvider flow, FlowProvider? tofFlow = null, NetworkOptions? networks = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(flow);
        settings.Validate();
        if (flow.Truth is null && settings.Profiles.Contains(WarpProfile.Truth))
            throw TruthMetric.Missing("truth");
        (_settings, _flow, _networks) = (settings, flow, networks);
        _tofFlow = settings.TofEvery == 0 ? null : tofFlow;
    }

    /// <summary>Measures clips against the one that they were made from.</summary>
    /// <param name="source">The clip that the others were made from.</param>
    /// <param name="outputs">The stylized clips to measure, one or more.</param>
    /// <param name="perFrame">The same style applied frame by frame, which ratios refer to, or null.</param>
    /// <param name="progress">Told the number of frames so far, or null.</param>
    /// <param name="cancellationToken">Stops between two frames.</param>
    /// <returns>The figures.</returns>
    /// <exception cref="VideoStyleException">
    /// The clips differ in size, length or timing, have fewer than two frames, or no two frames of one shot (Input);
    /// weights are missing or damaged (Model).
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
        MetricContext context = new()
        {
            Settings = _settings,
            Networks = _networks,
            Flow = _flow,
            TofFlow = _tofFlow,
            Clips = clips,
            HasPerFrame = perFrame is not null,
            Series = new FrameSeries(clips.Length),
            Gallery = new Gallery(_settings.Gallery, _flow),
        };
        WarpingErrorMetric warping = new(context);
        var metrics = MetricRegistry.Create(_settings.Metrics, context);
        try
        {
            MeasurementRun run = new(context, [warping, .. metrics], reader);
            await run.MeasureAllAsync(progress, cancellationToken).ConfigureAwait(false);
            return new MeasureResult
            {
                Report = new ReportBuilder(context, warping, metrics).Build(run),
                Metrics = [warping.Info, .. metrics.Select(metric => metric.Info)],
                Series = context.Series,
                Gallery = context.Gallery,
            };
        }
        finally
        {
            metrics.ForEach(metric => metric.Dispose());
        }
    }
}
