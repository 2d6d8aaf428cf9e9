using VideoStyle.Core.Media;

namespace VideoStyle.OpticalFlow;

/// <summary>An image at its own size, a half, a quarter and so on, each with its derivatives.</summary>
internal sealed class FlowPyramid
{
    /// <summary>The shorter side of the smallest level is at least this, where the image's own is.</summary>
    private const int MinSide = 20;

    private FlowPyramid(FlowPyramidLevel[] levels) => Levels = levels;

    /// <summary>Gets the levels, the largest first.</summary>
    public FlowPyramidLevel[] Levels { get; }

    /// <summary>Allocates the levels of images of a size.</summary>
    /// <param name="width">Width in pixels, at least <see cref="Patch.Size"/>.</param>
    /// <param name="height">Height in pixels, at least <see cref="Patch.Size"/>.</param>
    public static FlowPyramid Of(int width, int height)
    {
        List<FlowPyramidLevel> levels = [new(width, height)];
        while (Math.Min(width, height) >= 2 * MinSide)
        {
            (width, height) = ((width + 1) / 2, (height + 1) / 2);
            levels.Add(new FlowPyramidLevel(width, height));
        }

        return new FlowPyramid([.. levels]);
    }

    /// <summary>Computes the levels of an image.</summary>
    /// <param name="image">An image of the pyramid's size.</param>
    public void Load(LumaImage image)
    {
        Levels[0].Image.Load(image);
        for (var i = 0; i < Levels.Length; i++)
        {
            var level = Levels[i];
            if (i > 0)
                level.Image.Halve(Levels[i - 1].Image);
            PaddedImage.Differentiate(level.Image, level.AlongX, level.AlongY);
        }
    }
}
