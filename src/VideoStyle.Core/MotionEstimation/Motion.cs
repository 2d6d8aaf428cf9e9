using VideoStyle.Core.Flow;

namespace VideoStyle.Core.MotionEstimation;

/// <summary>How one frame moved on from the frame before it, and how far that is to be believed.</summary>
/// <param name="Backward">Flow from frame <c>t</c> to <c>t − 1</c> at reduced resolution, in reduced pixels.</param>
/// <param name="Confidence">
/// For each reduced pixel of frame <c>t</c> how surely it was visible in <c>t − 1</c> at that place, 0–1, row-major,
/// shape <c>[Backward.Height, Backward.Width]</c>.
/// </param>
/// <param name="Factor">How many frame pixels one reduced pixel spans in each direction, 1 or more.</param>
public sealed record Motion(FlowField Backward, float[] Confidence, int Factor) : IDisposable
{
    /// <summary>The motion at the first frame of a shot: nothing of the past is to be used.</summary>
    public static readonly Motion Cut = new(new FlowField(1, 1, [0, 0]), [0], 1);

    /// <summary>Gets whether a new shot begins.</summary>
    public bool IsCut => ReferenceEquals(this, Cut);

    /// <summary>Gets the motion from frame <c>t − 1</c> on to <c>t</c>, or null where it was not asked for.</summary>
    /// <remarks>Its <see cref="Backward"/> is then the flow from <c>t − 1</c> to <c>t</c>, and the confidence is that of the pixels of <c>t − 1</c>.</remarks>
    public Motion? Onward { get; init; }

    /// <summary>Gets how much brighter a middle grey of the frame is than in the one before, in units of luma (0–255), where that was not held against the paint.</summary>
    public float Brighter { get; init; }

    /// <summary>Gives the buffers back to be used again; a motion that is not disposed is collected like any other object.</summary>
    public void Dispose()
    {
        if (IsCut)
            return;
        FlowBuffers.Return(Backward.Vectors);
        FlowBuffers.Return(Confidence);
        Onward?.Dispose();
    }
}
