using VideoStyle.Metrics.Frames;
using VideoStyle.Metrics.Reports;

namespace VideoStyle.Metrics.Registry;

/// <summary>A metric during one measurement.</summary>
/// <remarks>
/// Measuring is split in two. <see cref="MeasureFrame"/> and <see cref="MeasurePair"/> run on several threads at once and
/// change nothing; each returns an action that adds its result to the metric's sums and series. These actions run one after
/// another in the order of the frames, so that figures do not depend on the number of threads. The metric is disposed after the run.
/// </remarks>
internal abstract class Metric(MetricInfo info, MetricContext context) : IDisposable
{
    public MetricInfo Info => info;

    protected MetricContext Context => context;

    /// <summary>Gets the network and its settings, for reports; null for a metric without one.</summary>
    public virtual string? Network => null;

    /// <summary>Measures one frame of every clip.</summary>
    /// <returns>Adds the result; null where there is nothing to add.</returns>
    public virtual Action? MeasureFrame(FrameContext frame) => null;

    /// <summary>Measures a pair that ends at a frame, in every clip.</summary>
    /// <returns>Adds the result; null where there is nothing to add.</returns>
    public virtual Action? MeasurePair(FrameContext frame, FramePair pair) => null;

    /// <summary>Computes the figures of a clip, once all frames are added.</summary>
    /// <returns>One for each of <see cref="MetricInfo.Figures"/>, in their order; null where it has no value.</returns>
    public abstract IReadOnlyList<double?> Summarize(int clip);

    /// <summary>Lists what could not be computed, once all frames are added.</summary>
    public virtual IEnumerable<LeftOutReport> ListLeftOut() => [];

    /// <summary>Frees what the metric holds.</summary>
    public virtual void Dispose() => GC.SuppressFinalize(this);
}
