using VideoStyle.Core.Media;

namespace VideoStyle.OpticalFlow;

/// <summary>Padding of images that are smaller than an estimator can work on.</summary>
internal static class ImagePadding
{
    /// <summary>Replicates the right column and the lower row until no side is shorter than a length.</summary>
    /// <param name="image">The image.</param>
    /// <param name="minSide">The length in pixels.</param>
    /// <returns>The image itself where it is large enough.</returns>
    public static LumaImage Padded(this LumaImage image, int minSide)
    {
        var (width, height) = (Math.Max(minSide, image.Width), Math.Max(minSide, image.Height));
        if ((width, height) == (image.Width, image.Height))
            return image;
        var pixels = new byte[width * height];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = image.Pixels[Math.Min(i / width, image.Height - 1) * image.Width + Math.Min(i % width, image.Width - 1)];
        return new LumaImage(width, height, pixels);
    }
}
