using VideoStyle.Core.Compositing;

namespace VideoStyle.Core.Pipeline;

/// <summary>What the pipeline does to a video, apart from reading and writing it.</summary>
public sealed record StylizeOptions
{
    /// <summary>Gets how much work goes into steadiness. Default <see cref="CoherenceMode.Fast"/>.</summary>
    public CoherenceMode Coherence { get; init; } = CoherenceMode.Fast;

    /// <summary>Gets how the blend holds paint; the default is made for <see cref="Coherence"/>.</summary>
    public BlendOptions? Blend { get; init; }

    /// <summary>Gets the longer side of the pictures that flow is estimated on, in pixels, or null for the mode's own.</summary>
    public int? FlowSize { get; init; }

    /// <summary>The longer side of the pictures that a mode estimates flow on, in pixels.</summary>
    /// <param name="mode">The mode.</param>
    public static int FlowSizeOf(CoherenceMode mode) => mode == CoherenceMode.Best ? 800 : 400;

    /// <summary>Gets the most frames from one painted frame to the next, at least 1. Default 1: all are painted.</summary>
    /// <remarks>
    /// The frames between are put together from the paintings on both sides, moved along. Where the motion does not explain
    /// enough of a frame it is painted all the same: all but 0.0125 of it for each frame that is asked for here.
    /// </remarks>
    public int PaintEvery { get; init; } = 1;

    /// <summary>The most frames from one painted frame to the next that a mode takes for a size.</summary>
    /// <param name="mode">The mode.</param>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <returns>4 for <see cref="CoherenceMode.Fast"/>; 1 for the other modes, and for frames of which several are too much to keep.</returns>
    public static int PaintEveryFor(CoherenceMode mode, int width, int height) =>
        mode == CoherenceMode.Fast && QueueLengthFor(width, height) > 1 ? 4 : 1;

    /// <summary>Gets how many frames may wait between two steps, at least 1. Default 3; a 1080p frame is 6 MB.</summary>
    public int QueueLength { get; init; } = 3;

    /// <summary>How many frames of a size should wait: one of more than four million pixels is large, and long in the making.</summary>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    public static int QueueLengthFor(int width, int height) => (long)width * height > 4_000_000 ? 1 : 3;

    /// <summary>Gets where the conversion is divided, so that it can be resumed; null for nowhere.</summary>
    /// <remarks>The first frame of each segment carries a <see cref="Checkpoint"/> to the sink.</remarks>
    public SegmentRule? Segments { get; init; }

    /// <summary>Gets where to go on; null for the beginning. The frames before are read and passed over.</summary>
    public Checkpoint? Resume { get; init; }

    /// <summary>Gets what is told, on the caller's thread, the number of each frame that is passed over; or null.</summary>
    public Action<long>? PassedOver { get; init; }
}
