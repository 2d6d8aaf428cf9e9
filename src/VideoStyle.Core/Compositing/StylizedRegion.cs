using VideoStyle.Core.Stylizers;

namespace VideoStyle.Core.Compositing;

/// <summary>A stylized part of a frame.</summary>
/// <param name="Region">Where it lies in the frame.</param>
/// <param name="Frame">Its pixels, of the region's size.</param>
internal readonly record struct StylizedRegion(Region Region, StylizedFrame Frame);
