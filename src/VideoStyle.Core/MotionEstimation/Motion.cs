using VideoStyle.Core.Flow;

namespace VideoStyle.Core.MotionEstimation;

/// <summary>The motion from one frame to the next, and its confidence.</summary>
/// <param name="Backward">Flow from frame <c>t</c> to <c>t − 1</c> at reduced resolution, in reduced pixels.</param>
/// <param name="Confidence">
/// The confidence, for each reduced pixel of frame <c>t</c>, that it is visible in <c>t − 1</c> where the flow leads: 0–1, row-major,
/// shape <c>[Backward.Height, Backward.Width]</c>.
/// </param>
/// <param name="Factor">How many frame pixels one reduced pixel spans in each direction, 1 or more.</param>
public sealed record Motion(FlowField Backward, float[] Confidence, int Factor) : IDisposable
{
    /// <summary>The motion at the first frame of a shot: no previous frame is used.</summary>
    public static readonly Motion Cut = new(new FlowField(1, 1, [0, 0]), [0], 1);

    /// <summary>Gets whether a new shot begins.</summary>
    public bool IsCut => ReferenceEquals(this, Cut);

    /// <summary>Gets the motion from frame <c>t − 1</c> to <c>t</c>, or null where it was not requested.</summary>
    /// <remarks>Its <see cref="Backward"/> is the flow from <c>t − 1</c> to <c>t</c>, and its confidence belongs to the pixels of <c>t − 1</c>.</remarks>
    public Motion? Forward { get; init; }

    /// <summary>Gets the compensated change of brightness of a mid-gray since the previous frame, in units of luma (0–255); 0 without photometric compensation.</summary>
    public float BrightnessChange { get; init; }

    /// <summary>Returns the buffers to their pool. A motion that is not disposed is garbage-collected.</summary>
    public void Dispose()
    {
        if (IsCut)
            return;
        FlowBuffers.Return(Backward.Vectors);
        FlowBuffers.Return(Confidence);
        Forward?.Dispose();
    }
}
