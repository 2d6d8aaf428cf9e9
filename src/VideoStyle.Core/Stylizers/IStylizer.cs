using VideoStyle.Core.Compositing;
using VideoStyle.Core.Media;

namespace VideoStyle.Core.Stylizers;

/// <summary>Paints single pictures, each without regard to the one before.</summary>
/// <remarks>
/// <see cref="Paint"/> may be called from <see cref="Workers"/> threads at once: the painting of a frame does not
/// depend on other frames, so later frames are painted ahead while the blend catches up.
/// </remarks>
public interface IStylizer : IDisposable
{
    /// <summary>Gets how many pictures can usefully be painted at the same time, at least 1.</summary>
    int Workers { get; }

    /// <summary>Gets style, precision and device, for logs and reports: <c>starry_night, bf16, cpu</c>.</summary>
    string Description { get; }

    /// <summary>Is told each frame of a clip once, in order and by one thread, before it is painted or passed over.</summary>
    /// <param name="frame">The frame; number 0 begins a clip. What its painting needs of the clip so far may be put into <see cref="Frame.Shares"/>.</param>
    /// <remarks>
    /// For styles that change with time, with the shot, or with a mask that is a video. A frame may be painted without,
    /// as if a clip began with it.
    /// </remarks>
    /// <exception cref="Errors.VideoStyleException">A mask ended or cannot be read (Input).</exception>
    void Follow(Frame frame)
    {
        // Most styles treat every frame alike.
    }

    /// <summary>Paints one picture.</summary>
    /// <param name="frame">The picture; kept by the caller and not changed.</param>
    /// <returns>A painting of exactly the frame's size, which the caller owns.</returns>
    /// <exception cref="Errors.VideoStyleException">The device ran out of memory or failed.</exception>
    StylizedFrame Paint(Frame frame);

    /// <summary>
    /// Gets a value indicating whether a painting stays as it is where the whole picture becomes brighter or its contrast larger, as
    /// a network does that normalises its first features by their own mean and deviation.
    /// </summary>
    bool IgnoresExposure => false;

    /// <summary>Gets a value indicating whether there is <see cref="PaintParts"/>.</summary>
    bool PaintsParts => false;

    /// <summary>Tells what is computed for a part: itself, and the surroundings that it depends on.</summary>
    /// <param name="area">The part.</param>
    /// <param name="width">The picture's width in pixels.</param>
    /// <param name="height">The picture's height.</param>
    Region Around(Region area, int width, int height) => new(0, 0, width, height);

    /// <summary>Paints parts of a picture as they would be in a painting of the whole.</summary>
    /// <param name="frame">The picture; kept by the caller and not changed.</param>
    /// <param name="areas">The parts, inside of the picture.</param>
    /// <param name="painted">
    /// A painting of the same shot, by this stylizer, of which <see cref="StylizedFrame.Statistics"/> are used. It may be disposed already.
    /// </param>
    /// <returns>A painting of each area's size, which the caller owns.</returns>
    /// <exception cref="Errors.VideoStyleException">The device ran out of memory or failed.</exception>
    StylizedFrame[] PaintParts(Frame frame, IReadOnlyList<Region> areas, StylizedFrame painted) =>
        throw new NotSupportedException("This stylizer paints whole pictures only.");
}
