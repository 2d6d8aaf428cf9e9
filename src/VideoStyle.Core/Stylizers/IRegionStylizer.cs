using VideoStyle.Core.Compositing;
using VideoStyle.Core.Media;

namespace VideoStyle.Core.Stylizers;

/// <summary>Stylizes regions of a frame at less cost than the whole frame.</summary>
public interface IRegionStylizer
{
    /// <summary>Gets what is computed for a region: the region and the margin that it depends on.</summary>
    /// <param name="region">The region, inside the frame.</param>
    /// <param name="width">The frame's width in pixels.</param>
    /// <param name="height">The frame's height in pixels.</param>
    Region InputRegion(Region region, int width, int height);

    /// <summary>Stylizes regions as they would be in the whole stylized frame.</summary>
    /// <param name="frame">The frame; kept by the caller and not changed.</param>
    /// <param name="regions">The regions, inside the frame.</param>
    /// <param name="reference">
    /// The <see cref="StylizedFrame.State"/> of a frame of the same shot, stylized by this stylizer. Where it is null, the whole frame
    /// is stylized and the regions are cut from it.
    /// </param>
    /// <returns>One frame of each region's size, in the same order, which the caller owns.</returns>
    /// <exception cref="Errors.VideoStyleException">The device ran out of memory or failed.</exception>
    StylizedFrame[] Stylize(Frame frame, IReadOnlyList<Region> regions, StylizerState? reference);
}
