using VideoStyle.Metrics.Flow;
using VideoStyle.Metrics.Reports;

namespace VideoStyle.Metrics.Registry;

/// <summary>What a metric may use during one measurement.</summary>
internal sealed record MetricContext
{
    public required MeasureSettings Settings { get; init; }

    /// <summary>Gets the files of distances by a network, or null where these are left out.</summary>
    public required NetworkOptions? Networks { get; init; }

    /// <summary>Gets the reference flow, that of the source.</summary>
    public required FlowProvider Flow { get; init; }

    /// <summary>Gets the estimator of tOF, or null where tOF is left out.</summary>
    public FlowProvider? TofFlow { get; init; }

    /// <summary>Gets the names of the clips: the source, the stylized clips, the per-frame rendering.</summary>
    public required IReadOnlyList<MeasuredClip> Clips { get; init; }

    public required bool HasPerFrame { get; init; }

    /// <summary>Gets the values of every frame, which metrics add to.</summary>
    public required FrameSeries Series { get; init; }

    public required Gallery Gallery { get; init; }

    /// <summary>Gets the index of the per-frame rendering, or null.</summary>
    public int? PerFrame => HasPerFrame ? Clips.Count - 1 : null;

    public int Width => Clips[0].Frames.Info.Width;

    public int Height => Clips[0].Frames.Info.Height;

    public ClipRole RoleOf(int clip) => clip == 0 ? ClipRole.Source : clip == PerFrame ? ClipRole.PerFrame : ClipRole.Output;
}
