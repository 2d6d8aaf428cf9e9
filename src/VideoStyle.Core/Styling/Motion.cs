using VideoStyle.Core.Flow;

namespace VideoStyle.Core.Styling;

/// <summary>How one frame moved on from the frame before it, and how far that is to be believed.</summary>
/// <param name="Backward">Flow from frame <c>t</c> to <c>t − 1</c> at reduced resolution, in reduced pixels.</param>
/// <param name="Confidence">
/// For each reduced pixel of frame <c>t</c> how surely it was visible in <c>t − 1</c> at that place, 0–1, row-major,
/// shape <c>[Backward.Height, Backward.Width]</c>.
/// </param>
/// <param name="Factor">How many frame pixels one reduced pixel spans in each direction, 1 or more.</param>
/// <param name="IsCut">Whether a new shot begins at frame <c>t</c>; nothing of the past is then used.</param>
public sealed record Motion(FlowField Backward, float[] Confidence, int Factor, bool IsCut);
