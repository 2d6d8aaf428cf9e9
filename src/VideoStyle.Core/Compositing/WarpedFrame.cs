using VideoStyle.Core.Stylizers;

namespace VideoStyle.Core.Compositing;

/// <summary>A stylized frame and where it is sampled.</summary>
/// <param name="Frame">The frame; not owned.</param>
/// <param name="Map">The warp map; owned.</param>
internal readonly record struct WarpedFrame(StylizedFrame Frame, WarpMap Map);
