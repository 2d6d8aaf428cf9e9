using VideoStyle.Core.Compositing;
using VideoStyle.Core.Flow;
using VideoStyle.Core.Media;

namespace VideoStyle.Core.Pipeline;

/// <summary>What the pipeline does to a video, apart from reading and writing it.</summary>
public sealed record PipelineOptions
{
    /// <summary>Gets how much work goes into temporal coherence. Default <see cref="CoherenceMode.Fast"/>.</summary>
    public CoherenceMode Coherence { get; init; } = CoherenceMode.Fast;

    /// <summary>Gets the settings of the temporal blend. Default null: those of <see cref="Coherence"/>.</summary>
    public BlendOptions? Blend { get; init; }

    /// <summary>Gets the longer side of the images that flow is estimated on, in pixels. Default null: that of <see cref="Coherence"/>.</summary>
    public int? FlowSize { get; init; }

    /// <summary>Gets the maximum distance between two keyframes in frames, at least 1. Default 1: every frame is stylized.</summary>
    /// <remarks>
    /// The frames between two keyframes are interpolated from both by bidirectional warping. The interval is halved where more
    /// than 1.25 % of a frame, times this interval, is disoccluded. Ignored when <see cref="Coherence"/> is off.
    /// </remarks>
    public int KeyframeInterval { get; init; } = 1;

    /// <summary>Gets whether keyframes are selected with regard to later frames. Default true; false adds no delay.</summary>
    /// <remarks>Without, a frame between two keyframes is predicted from the one before it, and is a keyframe itself where that does not cover it.</remarks>
    public bool LookAhead { get; init; } = true;

    /// <summary>Gets how many frames may wait between two stages, at least 1. Default 3; a 1080p frame is 6 MB.</summary>
    public int QueueLength { get; init; } = 3;

    /// <summary>Gets the factory of flow estimators, called once for each concurrent estimation. Required unless <see cref="Coherence"/> is off.</summary>
    /// <remarks>The pipeline disposes the estimators.</remarks>
    public Func<IFlowEstimator>? CreateFlow { get; init; }

    /// <summary>Gets where the conversion is divided so that it can be resumed. Default null: nowhere.</summary>
    /// <remarks>The first frame of each segment carries a <see cref="Checkpoint"/> to the sink.</remarks>
    public SegmentRule? Segments { get; init; }

    /// <summary>Gets the checkpoint to continue from. Default null: the beginning. Earlier frames are decoded and skipped.</summary>
    public Checkpoint? Resume { get; init; }

    /// <summary>Gets what is called with the index of each skipped frame, in order and before the first frame is written. Default null.</summary>
    public Action<long>? FrameSkipped { get; init; }

    /// <summary>Gets what is called where the pipeline stops early, so that a source that waits for frames ends. Default null.</summary>
    public Action? StopReading { get; init; }

    /// <summary>Gets the pool that all frames are rented from. <see cref="FramePool.Live"/> is 0 after a run, however it ended.</summary>
    public FramePool Pool { get; init; } = new();

    /// <summary>Gets the keyframe interval that is in effect.</summary>
    internal int EffectiveKeyframeInterval => Coherence == CoherenceMode.Off ? 1 : KeyframeInterval;

    /// <summary>Gets the longer side of the images that a mode estimates flow on, in pixels.</summary>
    /// <param name="mode">The mode.</param>
    public static int FlowSizeOf(CoherenceMode mode) => mode == CoherenceMode.Finest ? 1920 : 640;

    /// <summary>Gets the default keyframe interval of a mode.</summary>
    /// <param name="mode">The mode.</param>
    /// <param name="width">Width of the frames in pixels.</param>
    /// <param name="height">Height of the frames in pixels.</param>
    /// <returns>4 for <see cref="CoherenceMode.Fast"/>; 1 for the other modes, and for frames too large to keep several in memory.</returns>
    public static int KeyframeIntervalFor(CoherenceMode mode, int width, int height) =>
        mode == CoherenceMode.Fast && QueueLengthFor(width, height) > 1 ? 4 : 1;

    /// <summary>Gets the default queue length for frames of a size: 1 above four million pixels, else 3.</summary>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    public static int QueueLengthFor(int width, int height) => (long)width * height > 4_000_000 ? 1 : 3;
}
