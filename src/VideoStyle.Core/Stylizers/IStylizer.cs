using VideoStyle.Core.Media;

namespace VideoStyle.Core.Stylizers;

/// <summary>Stylizes frames.</summary>
/// <remarks>
/// <see cref="Stylize"/>, and the methods of <see cref="Regions"/>, may be called from <see cref="StylizerInfo.Workers"/> threads at once.
/// </remarks>
public interface IStylizer : IDisposable
{
    /// <summary>Gets the stylizer's description and properties.</summary>
    StylizerInfo Info { get; }

    /// <summary>Gets what stylizes regions of a frame, or null where only whole frames are stylized.</summary>
    IRegionStylizer? Regions { get; }

    /// <summary>Gets what must see all frames in order, or null where a frame is stylized without regard to the clip so far.</summary>
    IFrameObserver? Observer { get; }

    /// <summary>Stylizes one frame.</summary>
    /// <param name="frame">The frame; kept by the caller and not changed.</param>
    /// <returns>A stylized frame of exactly the same size, which the caller owns.</returns>
    /// <exception cref="Errors.VideoStyleException">The device ran out of memory or failed.</exception>
    StylizedFrame Stylize(Frame frame);
}
